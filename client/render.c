#include "render.h"

#include <string.h>

#include "json.h"
#include "table.h"
#include "text.h"

enum {
    ACHIEVEMENTS_SHOWN_MOST = 60, /* of one plan, unless verbose: longer plans are shown by level */
    LEVELS_SHOWN_MOST = 30,
    LISTED_MOST = 12, /* ids in a line */
    BAR_CELLS = 20,
};

/* --- shared --- */

void render_visible(struct buffer *text, const char *untrusted) {
    if (untrusted)
        text_append_visible(text, span_of(untrusted));
}

static const char *string_of(const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text ? text : "";
}

static bool is_null(const cJSON *object, const char *key) {
    const cJSON *member = json_get(object, key);
    return !member || cJSON_IsNull(member);
}

static const cJSON *first_of(const cJSON *object, const char *key) {
    const cJSON *array = json_get(object, key);
    return array ? array->child : NULL;
}

static size_t count_of(const cJSON *object, const char *key) {
    size_t count = 0;
    for (const cJSON *item = first_of(object, key); item; item = item->next)
        count++;
    return count;
}

static bool is_state(const cJSON *object, const char *state) {
    return strcmp(string_of(object, "state"), state) == 0;
}

static void append_styled(struct buffer *text, const struct style *style, const char *sequence, const char *word) {
    if (style->has_color)
        buffer_append_format(text, "\033[%sm", sequence);
    render_visible(text, word);
    if (style->has_color)
        buffer_append_string(text, "\033[0m");
}

static void append_bold(struct buffer *text, const struct style *style, const char *word) {
    append_styled(text, style, "1", word);
}

/* "3.1, 3.2 and 4 more"; @key is a member of each item, or NULL if the items are the texts. */
static void append_list(struct buffer *text, const cJSON *first, const char *key, size_t most) {
    size_t count = 0, left_out = 0;
    for (const cJSON *item = first; item; item = item->next) {
        if (count == most) {
            left_out++;
            continue;
        }
        buffer_append_string(text, count++ ? ", " : "");
        render_visible(text, key ? string_of(item, key) : item->valuestring);
    }
    if (left_out)
        buffer_append_format(text, " and %zu more", left_out);
}

static const char *plural(size_t count) {
    return count == 1 ? "" : "s";
}

static const char *base_name(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *state_mark(const cJSON *achievement) {
    static const struct {
        const char *state, *mark;
    } marks[] = {{"complete", "✓ complete"},       {"skipped", "– skipped"},
                 {"failed", "✗ failed"},           {"execution_created", "● EXECUTION_TASK"},
                 {"subplan_created", "◐ SUBPLAN"}, {"not_started", "○ not started"}};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        if (is_state(achievement, marks[i].state))
            return marks[i].mark;
    return "";
}

static const char *state_color(const cJSON *achievement) {
    if (is_state(achievement, "complete"))
        return TABLE_GREEN;
    if (is_state(achievement, "failed"))
        return TABLE_RED;
    if (is_state(achievement, "skipped"))
        return TABLE_DIM;
    return json_get_boolean(achievement, "is_ready") ? TABLE_YELLOW : NULL;
}

static void append_advice(struct buffer *text, const cJSON *plan, const struct style *style) {
    const char *command = json_get_string(plan, "command"), *reason = string_of(plan, "reason");
    if (!command) {
        buffer_append_string(text, "Next: ");
        render_visible(text, reason);
        buffer_append_byte(text, '\n');
        return;
    }
    buffer_append_string(text, "Next: ");
    append_bold(text, style, command);
    buffer_append_string(text, "\n      ");
    render_visible(text, reason);
    buffer_append_byte(text, '\n');
}

/* --- status --- */

static void append_bar(struct buffer *text, size_t done, size_t total) {
    size_t cells = total ? done * BAR_CELLS / total : 0;
    for (size_t i = 0; i < BAR_CELLS; i++)
        buffer_append_string(text, i < cells ? "█" : "░");
}

static void append_blockers(struct buffer *text, const cJSON *achievement) {
    enum { SHOWN_MOST = 4 };
    size_t count = count_of(achievement, "blocked_by"), shown = 0;
    buffer_append_string(text, "blocked by ");
    for (const cJSON *item = first_of(achievement, "blocked_by"); item && shown < SHOWN_MOST; item = item->next) {
        bool is_failed = false;
        for (const cJSON *id = first_of(achievement, "blocked_by_failed"); id; id = id->next)
            is_failed |= strcmp(id->valuestring, item->valuestring) == 0;
        buffer_append_format(text, "%s%s%s", shown++ ? ", " : "", item->valuestring, is_failed ? " (failed)" : "");
    }
    if (count > shown)
        buffer_append_format(text, " and %zu more", count - shown);
}

/* What an achievement needs, or what is in its way. */
static void append_need(struct buffer *text, const cJSON *achievement) {
    const char *subplan = string_of(achievement, "subplan");
    if (is_state(achievement, "complete") || is_state(achievement, "skipped"))
        return;
    if (count_of(achievement, "blocked_by")) {
        append_blockers(text, achievement);
        return;
    }
    const cJSON *files = json_get(achievement, "files");
    bool is_ready = json_get_boolean(achievement, "is_ready");
    buffer_append_string(text, is_ready ? "ready: " : "");
    if (is_state(achievement, "failed"))
        buffer_append_format(text, "rework, see %s", base_name(string_of(files, "fix")));
    else if (is_state(achievement, "not_started"))
        buffer_append_string(text, "needs its SUBPLAN");
    else if (is_state(achievement, "subplan_created") && strcmp(subplan, "complete") != 0)
        buffer_append_format(text, "needs its SUBPLAN filled in (%s)", subplan);
    else if (is_state(achievement, "subplan_created"))
        buffer_append_string(text, "needs its EXECUTION_TASK");
    else
        buffer_append_string(text, is_ready ? "work on it" : "under way");
}

static void append_achievements(struct buffer *text, const cJSON *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"STATE", 0}, {"WHAT NEXT", TABLE_SHRINKS}};
    struct table *table = table_new(columns, 5, style->has_color);
    struct arena arena = {0};
    for (const cJSON *item = first_of(plan, "achievements"); item; item = item->next) {
        struct buffer need = {0};
        append_need(&need, item);
        const char *level =
            is_null(item, "level") ? "-" : arena_format(&arena, "%zu", json_get_unsigned(item, "level"));
        const char *cells[] = {level, string_of(item, "id"), string_of(item, "title"), state_mark(item),
                               buffer_text(&need)};
        table_add(table, cells, state_color(item));
        buffer_release(&need);
    }
    table_end(table, text);
    arena_release(&arena);
}

struct level_count {
    size_t total, complete, ready, failed, blocked;
};

static void append_level_row(struct table *table, size_t level, const struct level_count *count) {
    struct arena arena = {0};
    const char *cells[] = {
        arena_format(&arena, "%zu", level),          arena_format(&arena, "%zu of %zu", count->complete, count->total),
        arena_format(&arena, "%zu", count->ready),   arena_format(&arena, "%zu", count->failed),
        arena_format(&arena, "%zu", count->blocked),
    };
    const char *color = count->complete == count->total ? TABLE_GREEN
                        : count->failed                 ? TABLE_RED
                        : count->ready                  ? TABLE_YELLOW
                                                        : NULL;
    table_add(table, cells, color);
    arena_release(&arena);
}

/* A long plan: one row a level, those that are complete left out. */
static void append_levels(struct buffer *text, const cJSON *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"DONE", 0}, {"READY", TABLE_RIGHT}, {"FAILED", TABLE_RIGHT}, {"BLOCKED", TABLE_RIGHT}};
    size_t level_count = count_of(plan, "levels"), shown = 0, complete = 0;
    struct level_count *counts = memory_allocate(level_count, sizeof *counts);
    for (const cJSON *item = first_of(plan, "achievements"); item; item = item->next) {
        if (is_null(item, "level"))
            continue;
        struct level_count *count = &counts[json_get_unsigned(item, "level")];
        count->total++;
        count->complete += is_state(item, "complete") || is_state(item, "skipped");
        count->failed += is_state(item, "failed");
        count->ready += json_get_boolean(item, "is_ready");
        count->blocked += count_of(item, "blocked_by") > 0;
    }
    struct table *table = table_new(columns, 5, style->has_color);
    for (size_t level = 0; level < level_count; level++) {
        bool is_complete = counts[level].complete == counts[level].total;
        complete += is_complete;
        if (!is_complete && shown < LEVELS_SHOWN_MOST) {
            append_level_row(table, level, &counts[level]);
            shown++;
        }
    }
    memory_free(counts);
    table_end(table, text);
    buffer_append_format(text, "%zu level%s complete", complete, plural(complete));
    if (shown + complete < level_count)
        buffer_append_format(text, ", %zu more not shown", level_count - complete - shown);
    buffer_append_string(text, "; -v lists every achievement\n");
}

static void append_hours(struct buffer *text, const cJSON *plan) {
    const cJSON *hours = json_get(plan, "hours"), *parallel = json_get(hours, "parallel");
    const cJSON *sequential = json_get(hours, "sequential");
    size_t missing = count_of(hours, "missing");
    if (!sequential || sequential->valuedouble <= 0)
        return;
    buffer_append_format(text, "Hours: %.4g one after the other", sequential->valuedouble);
    if (cJSON_IsNumber(parallel))
        buffer_append_format(text, ", %.4g in parallel", parallel->valuedouble);
    if (missing) {
        buffer_append_string(text, "; not estimated: ");
        append_list(text, first_of(hours, "missing"), NULL, 4);
    }
    buffer_append_byte(text, '\n');
    if (count_of(plan, "critical_path") > 1) {
        buffer_append_string(text, "Critical path: ");
        append_list(text, first_of(plan, "critical_path"), NULL, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
}

static void append_heading(struct buffer *text, const cJSON *plan, const struct style *style) {
    const cJSON *progress = json_get(plan, "progress");
    size_t total = json_get_unsigned(progress, "total");
    size_t complete = json_get_unsigned(progress, "complete"), skipped = json_get_unsigned(progress, "skipped");
    append_bold(text, style, string_of(plan, "plan"));
    buffer_append_string(text, "  ");
    append_bar(text, complete + skipped, total);
    buffer_append_format(text, "  %zu of %zu complete", complete, total);
    static const struct {
        const char *key, *word;
    } others[] = {{"skipped", "skipped"}, {"failed", "failed"}, {"ready", "ready"}};
    for (size_t i = 0; i < 3; i++) {
        size_t count = json_get_unsigned(progress, others[i].key);
        if (count)
            buffer_append_format(text, ", %zu %s", count, others[i].word);
    }
    buffer_append_byte(text, '\n');
}

static void append_status_of_one(struct buffer *text, const cJSON *plan, const struct style *style) {
    append_heading(text, plan, style);
    if (!json_get_boolean(plan, "valid"))
        append_styled(text, style, "31", "The plan has errors: there are no levels, and nothing can be created.");
    buffer_append_string(text, json_get_boolean(plan, "valid") ? "\n" : "\n\n");
    size_t count = count_of(plan, "achievements");
    if (count > ACHIEVEMENTS_SHOWN_MOST && !style->is_verbose && count_of(plan, "levels"))
        append_levels(text, plan, style);
    else if (count)
        append_achievements(text, plan, style);
    else
        buffer_append_string(text, "No achievements.\n");
    buffer_append_byte(text, '\n');
    append_hours(text, plan);
    append_advice(text, plan, style);
}

static bool is_unique(const cJSON *plans, const cJSON *plan) {
    for (const cJSON *other = plans; other; other = other->next)
        if (other != plan && strcmp(string_of(other, "plan"), string_of(plan, "plan")) == 0)
            return false;
    return true;
}

static void append_status_of_many(struct buffer *text, const cJSON *plans, const struct style *style) {
    static const struct table_column columns[] = {{"PLAN", 0},
                                                  {"DONE", 0},
                                                  {"READY", TABLE_RIGHT},
                                                  {"FAILED", TABLE_RIGHT},
                                                  {"LEVELS", TABLE_RIGHT},
                                                  {"WHAT NEXT", TABLE_SHRINKS}};
    struct table *table = table_new(columns, 6, style->has_color);
    for (const cJSON *plan = plans; plan; plan = plan->next) {
        struct arena arena = {0};
        const cJSON *progress = json_get(plan, "progress");
        size_t total = json_get_unsigned(progress, "total"), failed = json_get_unsigned(progress, "failed");
        size_t done = json_get_unsigned(progress, "complete") + json_get_unsigned(progress, "skipped");
        size_t ready = json_get_unsigned(progress, "ready"), levels = count_of(plan, "levels");
        bool is_valid = json_get_boolean(plan, "valid");
        const char *cells[] = {
            is_unique(plans, plan) ? string_of(plan, "plan") : string_of(plan, "path"),
            arena_format(&arena, "%zu of %zu", done, total),
            arena_format(&arena, "%zu", ready),
            arena_format(&arena, "%zu", failed),
            levels ? arena_format(&arena, "%zu", levels) : "-",
            string_of(plan, "reason"),
        };
        const char *color = !is_valid || failed ? TABLE_RED : done == total ? TABLE_GREEN : NULL;
        table_add(table, cells, color);
        arena_release(&arena);
    }
    table_end(table, text);
    buffer_append_string(text, "\nNext: ");
    append_bold(text, style, "batchctl status PLAN");
    buffer_append_string(text, "\n      shows the achievements of one plan\n");
}

void render_status(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *plans = first_of(data, "plans");
    if (plans && plans->next)
        append_status_of_many(text, plans, style);
    else if (plans)
        append_status_of_one(text, plans, style);
}

/* --- next --- */

static const char *step_words(const cJSON *item) {
    const char *step = string_of(item, "for");
    if (strcmp(step, "subplan") == 0)
        return "needs its SUBPLAN";
    if (strcmp(step, "execution") == 0)
        return strcmp(string_of(item, "subplan"), "complete") == 0 ? "needs its EXECUTION_TASK"
                                                                   : "needs its SUBPLAN filled in";
    return strcmp(step, "work") == 0 ? "work on it" : "rework it";
}

void render_next(struct buffer *text, const cJSON *data, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"WHAT NEXT", 0}};
    for (const cJSON *plan = first_of(data, "plans"); plan; plan = plan->next) {
        append_bold(text, style, string_of(plan, "plan"));
        size_t count = count_of(plan, "ready");
        buffer_append_format(text, "  %zu ready\n", count);
        if (count) {
            struct arena arena = {0};
            struct table *table = table_new(columns, 4, style->has_color);
            size_t shown = 0;
            for (const cJSON *item = first_of(plan, "ready"); item; item = item->next) {
                if (shown++ == ACHIEVEMENTS_SHOWN_MOST && !style->is_verbose)
                    break;
                const char *cells[] = {arena_format(&arena, "%zu", json_get_unsigned(item, "level")),
                                       string_of(item, "id"), string_of(item, "title"), step_words(item)};
                table_add(table, cells, NULL);
            }
            table_end(table, text);
            arena_release(&arena);
            if (count > ACHIEVEMENTS_SHOWN_MOST && !style->is_verbose)
                buffer_append_format(text, "and %zu more; -v lists them\n", count - ACHIEVEMENTS_SHOWN_MOST);
        }
        append_advice(text, plan, style);
        if (plan->next)
            buffer_append_byte(text, '\n');
    }
}

/* --- show and why --- */

static void append_title(struct buffer *text, const cJSON *achievement, const struct style *style) {
    append_bold(text, style, string_of(achievement, "id"));
    buffer_append_string(text, "  ");
    append_bold(text, style, string_of(achievement, "title"));
    buffer_append_string(text, "\n");
}

static void append_line(struct buffer *text, const char *label, const char *value) {
    if (!value || !value[0])
        return;
    buffer_append_format(text, "  %-15s ", label);
    render_visible(text, value);
    buffer_append_byte(text, '\n');
}

static void append_id_line(struct buffer *text, const char *label, const cJSON *object, const char *key) {
    struct buffer list = {0};
    append_list(&list, first_of(object, key), NULL, LISTED_MOST);
    append_line(text, label, buffer_text(&list));
    buffer_release(&list);
}

static void append_files(struct buffer *text, const cJSON *achievement) {
    const cJSON *files = json_get(achievement, "files");
    append_line(text, "SUBPLAN", string_of(files, "subplan"));
    for (const cJSON *file = first_of(files, "executions"); file; file = file->next)
        append_line(text, "EXECUTION_TASK", file->valuestring);
    append_line(text, "APPROVED", string_of(files, "approved"));
    append_line(text, "FIX", string_of(files, "fix"));
    append_line(text, "SKIPPED", string_of(files, "skipped"));
}

void render_show(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *achievement = json_get(data, "achievement");
    struct buffer value = {0};
    append_title(text, achievement, style);
    append_line(text, "plan", string_of(data, "plan"));
    append_line(text, "state", state_mark(achievement));
    append_need(&value, achievement);
    append_line(text, "next", buffer_text(&value));
    buffer_clear(&value);
    if (!is_null(achievement, "level")) {
        buffer_append_format(&value, "%zu", json_get_unsigned(achievement, "level"));
        append_line(text, "level", buffer_text(&value));
        buffer_clear(&value);
    }
    if (!is_null(achievement, "hours"))
        buffer_append_format(&value, "%.4g", json_get(achievement, "hours")->valuedouble);
    append_line(text, "hours", buffer_text(&value));
    buffer_release(&value);
    append_id_line(text, "depends on", achievement, "dependencies");
    append_id_line(text, "blocked by", achievement, "blocked_by");
    append_id_line(text, "waited for by", achievement, "dependents");
    append_files(text, achievement);
    if (is_null(achievement, "objective"))
        return;
    buffer_append_byte(text, '\n');
    for (struct span rest = span_of(string_of(achievement, "objective")), line; span_next_line(&rest, &line);) {
        buffer_append_string(text, line.length ? "  " : "");
        text_append_visible(text, line);
        buffer_append_byte(text, '\n');
    }
}

static const char *state_words(const cJSON *achievement) {
    static const char *const words[][2] = {{"not_started", "not started"},
                                           {"subplan_created", "designed, but has no EXECUTION_TASK"},
                                           {"execution_created", "being worked on"},
                                           {"failed", "failed"}};
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (is_state(achievement, words[i][0]))
            return words[i][1];
    return string_of(achievement, "state");
}

static void append_obstacles(struct buffer *text, const cJSON *data) {
    size_t shown = 0, count = count_of(data, "waits_for");
    for (const cJSON *item = first_of(data, "waits_for"); item && shown < LISTED_MOST; item = item->next, shown++) {
        buffer_append_string(text, "  waits for ");
        render_visible(text, string_of(item, "id"));
        buffer_append_format(text, ", which is %s", state_words(item));
        if (!is_null(item, "fix")) {
            buffer_append_string(text, " (see ");
            render_visible(text, string_of(item, "fix"));
            buffer_append_byte(text, ')');
        }
        buffer_append_string(text, "\n    ends with ");
        render_visible(text, string_of(item, "ends_with"));
        buffer_append_byte(text, '\n');
    }
    if (count > shown)
        buffer_append_format(text, "  and for %zu more\n", count - shown);
}

void render_why(struct buffer *text, const cJSON *data, const struct style *style) {
    append_title(text, data, style);
    struct buffer need = {0};
    append_line(text, "state", state_mark(data));
    append_need(&need, data);
    append_line(text, "next", buffer_text(&need));
    buffer_release(&need);
    if (!is_null(data, "irregular_subplan")) {
        buffer_append_string(text, "  note: ");
        render_visible(text, string_of(data, "irregular_subplan"));
        buffer_append_string(text, " does not count, its name is not regular\n");
    }
    append_files(text, data);
    append_obstacles(text, data);
    size_t blocks = count_of(data, "blocks");
    if (blocks) {
        buffer_append_format(text, "  blocks %zu: ", blocks);
        append_list(text, first_of(data, "blocks"), NULL, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
    if (count_of(data, "would_make_ready")) {
        buffer_append_string(text, "  once complete, ready at once: ");
        append_list(text, first_of(data, "would_make_ready"), NULL, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
}

/* --- create, undo, history --- */

static const char *kind_words(const cJSON *data) {
    return strcmp(string_of(data, "kind"), "subplan") == 0 ? "SUBPLAN" : "EXECUTION_TASK";
}

static size_t line_count(const char *content) {
    size_t count = 0;
    for (; *content; content++)
        count += *content == '\n';
    return count;
}

static void append_contents(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *file = first_of(data, "files"); file; file = file->next) {
        const char *content = string_of(file, "content");
        buffer_append_byte(text, '\n');
        append_bold(text, style, string_of(file, "path"));
        buffer_append_format(text, "  (%zu lines)\n", line_count(content));
        for (struct span rest = span_of(content), line; span_next_line(&rest, &line);) {
            text_append_visible(text, line);
            buffer_append_byte(text, '\n');
        }
    }
}

static void append_skipped(struct buffer *text, const cJSON *data) {
    size_t count = count_of(data, "skipped"), shown = 0;
    if (count)
        buffer_append_format(text, "Left as %s:\n", count == 1 ? "it is" : "they are");
    for (const cJSON *item = first_of(data, "skipped"); item && shown < LISTED_MOST; item = item->next, shown++) {
        buffer_append_string(text, "    ");
        render_visible(text, is_null(item, "path") ? string_of(item, "id") : string_of(item, "path"));
        buffer_append_format(text, "  (%s)\n", string_of(item, "reason"));
    }
    if (count > shown)
        buffer_append_format(text, "    and %zu more\n", count - shown);
}

static void append_failed(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *item = first_of(data, "failed"); item; item = item->next) {
        append_styled(text, style, "31", "  ✗ ");
        render_visible(text, string_of(item, "path"));
        buffer_append_string(text, "  (");
        render_visible(text, string_of(item, "reason"));
        buffer_append_string(text, ")\n");
    }
}

static void append_also_ready(struct buffer *text, const cJSON *data) {
    if (!count_of(data, "also_ready"))
        return;
    buffer_append_string(text, "Also ready, but for something else: ");
    size_t shown = 0;
    for (const cJSON *item = first_of(data, "also_ready"); item && shown < LISTED_MOST; item = item->next, shown++)
        buffer_append_format(text, "%s%s (%s)", shown ? ", " : "", string_of(item, "id"), string_of(item, "for"));
    if (count_of(data, "also_ready") > shown)
        buffer_append_format(text, " and %zu more", count_of(data, "also_ready") - shown);
    buffer_append_byte(text, '\n');
}

static void append_files_of(struct buffer *text, const cJSON *data, const char *key, const struct style *style) {
    size_t count = count_of(data, key), shown = 0;
    for (const cJSON *file = first_of(data, key); file; file = file->next) {
        if (shown++ == ACHIEVEMENTS_SHOWN_MOST && !style->is_verbose) {
            buffer_append_format(text, "    and %zu more; -v lists them\n", count - ACHIEVEMENTS_SHOWN_MOST);
            break;
        }
        append_styled(text, style, "32", "  + ");
        render_visible(text, string_of(file, "path"));
        if (!is_null(file, "size"))
            buffer_append_format(text, "  (%zu bytes)", json_get_unsigned(file, "size"));
        buffer_append_byte(text, '\n');
    }
}

void render_create(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t created = count_of(data, "created"), files = created ? created : count_of(data, "files");
    size_t failed = count_of(data, "failed"), batch = json_get_unsigned(data, "batch");
    const char *kind = kind_words(data);
    if (style->has_failed && !failed)
        return;
    if (files)
        buffer_append_format(text, "%s %zu %s%s (%s):\n", created ? "Created" : "Would create", files, kind,
                             plural(files), string_of(data, "selection"));
    else if (!failed)
        buffer_append_format(text, "Nothing to do: no %s is lacking (%s).\n", kind, string_of(data, "selection"));
    append_files_of(text, data, failed && created ? "created" : "files", style);
    append_failed(text, data, style);
    append_skipped(text, data);
    append_also_ready(text, data);
    if (style->has_content)
        append_contents(text, data, style);
    if (batch)
        buffer_append_format(text, "Batch %zu. To take it back: batchctl undo %zu\n", batch, batch);
    else if (files && style->is_verbose)
        buffer_append_format(text, "Token: %s\n", string_of(data, "token"));
}

void render_undo(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t removed = count_of(data, "removed"), kept = count_of(data, "kept");
    bool is_preview = json_get_boolean(data, "dry_run");
    if (style->has_failed)
        return;
    buffer_append_format(text, "Batch %zu of %s: %s, %s, %s\n", json_get_unsigned(data, "batch"),
                         string_of(data, "time"), string_of(data, "plan"), kind_words(data),
                         string_of(data, "selection"));
    if (removed)
        buffer_append_format(text, "%s %zu file%s:\n", is_preview ? "Would remove" : "Removed", removed,
                             plural(removed));
    else
        buffer_append_string(text, "Nothing to undo: every file stays.\n");
    for (const cJSON *file = first_of(data, "removed"); file; file = file->next) {
        append_styled(text, style, "31", "  - ");
        render_visible(text, file->valuestring);
        buffer_append_byte(text, '\n');
    }
    if (kept)
        buffer_append_string(text, is_preview ? "Would keep:\n" : "Kept:\n");
    for (const cJSON *file = first_of(data, "kept"); file; file = file->next) {
        buffer_append_string(text, "    ");
        render_visible(text, string_of(file, "path"));
        buffer_append_format(text, "  (%s)\n", string_of(file, "reason"));
    }
}

void render_batch(struct buffer *text, const cJSON *data, const struct style *style) {
    struct buffer number = {0};
    buffer_append_format(&number, "Batch %zu", json_get_unsigned(data, "batch"));
    append_bold(text, style, number.data);
    buffer_release(&number);
    buffer_append_byte(text, '\n');
    append_line(text, "plan", string_of(data, "plan"));
    append_line(text, "time", string_of(data, "time"));
    append_line(text, "kind", kind_words(data));
    append_line(text, "selection", string_of(data, "selection"));
    append_line(text, "result", string_of(data, "result"));
    append_line(text, "request", string_of(data, "request"));
    for (const cJSON *file = first_of(data, "files"); file; file = file->next) {
        buffer_append_string(text, "  + ");
        render_visible(text, string_of(file, "path"));
        const char *state = string_of(file, "state");
        buffer_append_format(text, "  (%s)\n", strcmp(state, "as_written") == 0 ? "as written" : state);
    }
    append_failed(text, data, style);
}

void render_history(struct buffer *text, const cJSON *data, const struct style *style) {
    static const struct table_column columns[] = {
        {"BATCH", TABLE_RIGHT}, {"TIME", 0},  {"PLAN", TABLE_SHRINKS}, {"KIND", 0}, {"SELECTION", TABLE_SHRINKS},
        {"FILES", TABLE_RIGHT}, {"RESULT", 0}};
    if (!count_of(data, "batches")) {
        buffer_append_string(text, "No batches yet.\n");
        return;
    }
    struct table *table = table_new(columns, 7, style->has_color);
    for (const cJSON *item = first_of(data, "batches"); item; item = item->next) {
        struct arena arena = {0};
        const char *cells[] = {arena_format(&arena, "%zu", json_get_unsigned(item, "batch")),
                               string_of(item, "time"),
                               string_of(item, "plan"),
                               string_of(item, "kind"),
                               string_of(item, "selection"),
                               arena_format(&arena, "%zu", json_get_unsigned(item, "files")),
                               string_of(item, "result")};
        table_add(table, cells, NULL);
        arena_release(&arena);
    }
    table_end(table, text);
}

/* --- validate, diagnostics --- */

void render_validate(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *plan = first_of(data, "plans"); plan; plan = plan->next) {
        size_t errors = json_get_unsigned(plan, "errors"), warnings = json_get_unsigned(plan, "warnings");
        size_t achievements = json_get_unsigned(plan, "achievements");
        bool is_valid = json_get_boolean(plan, "valid");
        append_styled(text, style, is_valid ? "32" : "31", is_valid ? "✓ " : "✗ ");
        render_visible(text, is_null(plan, "plan") ? string_of(plan, "path") : string_of(plan, "plan"));
        buffer_append_format(text, ": %zu achievement%s", achievements, plural(achievements));
        if (errors)
            buffer_append_format(text, ", %zu error%s", errors, plural(errors));
        if (warnings)
            buffer_append_format(text, ", %zu warning%s", warnings, plural(warnings));
        buffer_append_string(text, is_valid ? ", valid\n" : "\n");
    }
}

void render_diagnostic(struct buffer *text, const struct diagnostic *diagnostic, bool has_color, bool has_hint) {
    bool is_error = diagnostic->severity == SEVERITY_ERROR;
    if (has_color)
        buffer_append_string(text, is_error ? "\033[31m" : "\033[33m");
    buffer_append_string(text, is_error ? "error: " : "warning: ");
    if (has_color)
        buffer_append_string(text, "\033[0m");
    if (diagnostic->file)
        buffer_append_string(text, diagnostic->file);
    if (diagnostic->line)
        buffer_append_format(text, ":%u", diagnostic->line);
    if (diagnostic->column)
        buffer_append_format(text, ":%u", diagnostic->column);
    if (diagnostic->file)
        buffer_append_string(text, ": ");
    buffer_append_string(text, diagnostic->message);
    if (diagnostic->pointer && diagnostic->pointer[0])
        buffer_append_format(text, " (at %s)", diagnostic->pointer);
    buffer_append_byte(text, '\n');
    if (has_hint && diagnostic->hint)
        buffer_append_format(text, "  hint: %s\n", diagnostic->hint);
}
