#include "render/plan_text.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "document/names.h"
#include "format/json.h"
#include "plan/achievement.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "render/state_style.h"
#include "render/symbol.h"
#include "render/table.h"

enum {
    LEVELS_SHOWN_MOST = 30,
    LISTED_MOST = 12, /* ids in a line */
    BAR_CELLS = 20,
};

/* --- shared --- */

static bool is_state(const cJSON *object, const char *state) {
    return strcmp(styled_text_string(object, "state"), state) == 0;
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
        styled_text_append_visible(text, key ? styled_text_string(item, key) : item->valuestring);
    }
    if (left_out)
        buffer_append_format(text, " and %zu more", left_out);
}

/* "◐ placeholder" */
static const char *state_cell(struct arena *arena, const cJSON *achievement, const struct style *style) {
    enum achievement_state state = achievement_state_find(styled_text_string(achievement, "state"));
    return arena_format(arena, "%s %s", symbol_text(style, state_mark(state)),
                        styled_text_string(achievement, "label"));
}

void plan_text_advice(struct buffer *text, const cJSON *data, const struct style *style) {
    const char *command = json_get_string(data, "command"), *reason = styled_text_string(data, "reason");
    buffer_append_string(text, "Next: ");
    styled_text_append_bold(text, style, command);
    buffer_append_string(text, command ? "\n      " : "");
    styled_text_append_visible(text, reason);
    buffer_append_byte(text, '\n');
}

/* --- status --- */

static void append_bar(struct buffer *text, size_t done, size_t total, const struct style *style) {
    size_t cells = total ? done * BAR_CELLS / total : 0;
    for (size_t i = 0; i < BAR_CELLS; i++)
        buffer_append_string(text, symbol_text(style, i < cells ? "█" : "░"));
}

static void append_blockers(struct buffer *text, const cJSON *achievement) {
    enum { SHOWN_MOST = 4 };
    size_t count = styled_text_count(achievement, "blocked_by"), shown = 0;
    bool is_review = styled_text_count(achievement, "blocked_by_review") == count; /* and nothing else */
    buffer_append_string(text, is_review ? " (waits for the review of " : " (blocked by ");
    for (const cJSON *item = styled_text_first(achievement, "blocked_by"); item && shown < SHOWN_MOST;
         item = item->next) {
        bool is_failed = false;
        for (const cJSON *id = styled_text_first(achievement, "blocked_by_failed"); id; id = id->next)
            is_failed |= strcmp(id->valuestring, item->valuestring) == 0;
        buffer_append_format(text, "%s%s%s", shown++ ? ", " : "", item->valuestring, is_failed ? " (failed)" : "");
    }
    if (count > shown)
        buffer_append_format(text, " and %zu more", count - shown);
    buffer_append_byte(text, ')');
}

void plan_text_need(struct buffer *text, const cJSON *achievement) {
    if (json_get_boolean(achievement, "is_ready"))
        buffer_append_string(text, "ready: ");
    styled_text_append_visible(text, json_get_string(achievement, "what_next"));
    if (styled_text_count(achievement, "blocked_by"))
        append_blockers(text, achievement);
}

struct row {
    const cJSON *achievement;
    size_t level, position;
};

static int compare_rows(const void *first, const void *second) {
    const struct row *a = first, *b = second;
    return a->level != b->level ? (a->level < b->level ? -1 : 1) : (a->position < b->position ? -1 : 1);
}

/* By level, and in the order of the plan within one; what has none at the end. The caller frees them. */
static struct row *sorted_achievements(const cJSON *plan, size_t *count) {
    struct row *rows = memory_allocate(styled_text_count(plan, "achievements"), sizeof *rows);
    *count = 0;
    for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next) {
        size_t level = styled_text_is_null(item, "level") ? SIZE_MAX : json_get_unsigned(item, "level");
        rows[*count] = (struct row){item, level, *count};
        ++*count;
    }
    qsort(rows, *count, sizeof *rows, compare_rows);
    return rows;
}

static void append_achievements(struct buffer *text, const cJSON *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"STATE", 0}, {"WHAT NEXT", TABLE_SHRINKS}};
    struct table *table = table_new(columns, 5, style);
    struct arena arena = {0};
    size_t count;
    struct row *rows = sorted_achievements(plan, &count);
    for (size_t i = 0; i < count; i++) {
        const cJSON *item = rows[i].achievement;
        struct buffer need = {0};
        plan_text_need(&need, item);
        const char *level = rows[i].level == SIZE_MAX ? "-" : arena_format(&arena, "%zu", rows[i].level);
        const char *cells[] = {level, styled_text_string(item, "id"), styled_text_string(item, "title"),
                               state_cell(&arena, item, style), buffer_text(&need)};
        table_add(table, cells, state_style_read(item)->color);
        buffer_release(&need);
    }
    memory_free(rows);
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
    size_t level_count = styled_text_count(plan, "levels"), shown = 0, complete = 0;
    struct level_count *counts = memory_allocate(level_count, sizeof *counts);
    for (const cJSON *item = styled_text_first(plan, "achievements"); item; item = item->next) {
        if (styled_text_is_null(item, "level"))
            continue;
        struct level_count *count = &counts[json_get_unsigned(item, "level")];
        count->total++;
        count->complete += is_state(item, "complete") || is_state(item, "skipped");
        count->failed += is_state(item, "failed");
        count->ready += json_get_boolean(item, "is_ready");
        count->blocked += styled_text_count(item, "blocked_by") > 0;
    }
    struct table *table = table_new(columns, 5, style);
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
    buffer_append_format(text, "%zu level%s complete", complete, text_plural(complete));
    if (shown + complete < level_count)
        buffer_append_format(text, ", %zu more not shown", level_count - complete - shown);
    buffer_append_string(text, "; -v lists every achievement\n");
}

static void append_hours(struct buffer *text, const cJSON *plan) {
    const cJSON *whole = json_get(json_get(plan, "hours"), "sequential"), *remaining = json_get(plan, "remaining");
    const cJSON *left = json_get(remaining, "sequential"), *parallel = json_get(remaining, "parallel");
    if (!whole || whole->valuedouble <= 0 || !left)
        return;
    buffer_append_format(text, "Left: %.4g of %.4g hours", left->valuedouble, whole->valuedouble);
    if (cJSON_IsNumber(parallel) && left->valuedouble > 0)
        buffer_append_format(text, "; %.4g side by side", parallel->valuedouble);
    if (styled_text_count(remaining, "missing")) {
        buffer_append_string(text, "; not estimated: ");
        append_list(text, styled_text_first(remaining, "missing"), NULL, 4);
    }
    buffer_append_byte(text, '\n');
    if (styled_text_count(remaining, "critical_path") > 1) {
        buffer_append_string(text, "Critical path: ");
        append_list(text, styled_text_first(remaining, "critical_path"), NULL, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
}

static void append_heading(struct buffer *text, const cJSON *plan, const struct style *style) {
    const cJSON *progress = json_get(plan, "progress");
    size_t total = json_get_unsigned(progress, "total");
    size_t complete = json_get_unsigned(progress, "complete"), skipped = json_get_unsigned(progress, "skipped");
    styled_text_append_bold(text, style, styled_text_string(plan, "plan"));
    buffer_append_string(text, "  ");
    append_bar(text, complete + skipped, total, style);
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

bool plan_text_is_filtered(const cJSON *plan) {
    return strcmp(styled_text_string(plan, "selection"), "all") != 0;
}

void plan_text_nothing(struct buffer *text, const cJSON *plan) {
    buffer_append_format(text, "No achievement is listed (%s).\n", styled_text_string(plan, "selection"));
}

void plan_text_status_of_one(struct buffer *text, const cJSON *plan, const struct style *style) {
    append_heading(text, plan, style);
    if (!json_get_boolean(plan, "valid"))
        styled_text_append_styled(text, style, "31",
                                  "The plan has errors: there are no levels, and nothing can be created.");
    buffer_append_string(text, json_get_boolean(plan, "valid") ? "\n" : "\n\n");
    size_t count = styled_text_count(plan, "achievements");
    bool is_whole = !plan_text_is_filtered(plan);
    if (is_whole && count > STYLED_TEXT_ROWS_MOST && !style->is_verbose && styled_text_count(plan, "levels"))
        append_levels(text, plan, style);
    else if (count)
        append_achievements(text, plan, style);
    else if (is_whole)
        buffer_append_string(text, "No achievements.\n");
    else
        plan_text_nothing(text, plan);
    buffer_append_byte(text, '\n');
    if (is_whole)
        append_hours(text, plan);
    plan_text_advice(text, plan, style);
}

/* --- next --- */

/* What to do, and the command for it unless the plan's own is one of that kind. */
static const char *next_cell(struct arena *arena, const cJSON *plan, const cJSON *item) {
    const char *words = styled_text_string(item, "what_next"), *command = styled_text_string(item, "command");
    bool is_fill = strcmp(styled_text_string(item, "needs"), "subplan") == 0 &&
                   strcmp(styled_text_string(item, "subplan"), "placeholder") == 0;
    bool is_told = !is_fill || strcmp(styled_text_string(plan, "kind"), "fill") == 0;
    return is_told ? words : arena_format(arena, "%s (%s)", words, command);
}

static void append_ready(struct buffer *text, const cJSON *plan, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"WHAT NEXT", 0}};
    struct arena arena = {0};
    struct table *table = table_new(columns, 4, style);
    size_t count = styled_text_count(plan, "ready"), shown = 0;
    for (const cJSON *item = styled_text_first(plan, "ready"); item; item = item->next) {
        if (shown++ == STYLED_TEXT_ROWS_MOST && !style->is_verbose)
            break;
        const char *cells[] = {arena_format(&arena, "%zu", json_get_unsigned(item, "level")),
                               styled_text_string(item, "id"), styled_text_string(item, "title"),
                               next_cell(&arena, plan, item)};
        table_add(table, cells, NULL);
    }
    table_end(table, text);
    arena_release(&arena);
    if (count > STYLED_TEXT_ROWS_MOST && !style->is_verbose)
        buffer_append_format(text, "and %zu more; -v lists them\n", count - STYLED_TEXT_ROWS_MOST);
}

void plan_text_next_of_one(struct buffer *text, const cJSON *plan, const struct style *style) {
    size_t count = styled_text_count(plan, "ready");
    styled_text_append_bold(text, style, styled_text_string(plan, "plan"));
    buffer_append_format(text, "  %zu ready", count);
    if (plan_text_is_filtered(plan))
        buffer_append_format(text, " (%s)", styled_text_string(plan, "selection"));
    buffer_append_byte(text, '\n');
    if (count)
        append_ready(text, plan, style);
    plan_text_advice(text, plan, style);
}

/* --- show and why --- */

static void append_title(struct buffer *text, const cJSON *achievement, const struct style *style) {
    styled_text_append_bold(text, style, styled_text_string(achievement, "id"));
    buffer_append_string(text, "  ");
    styled_text_append_bold(text, style, styled_text_string(achievement, "title"));
    buffer_append_string(text, "\n");
}

static void append_state(struct buffer *text, const cJSON *achievement, const struct style *style) {
    struct arena arena = {0};
    struct buffer need = {0};
    plan_text_need(&need, achievement);
    styled_text_append_line(text, "state", state_cell(&arena, achievement, style));
    styled_text_append_line(text, "next", buffer_text(&need));
    styled_text_append_line(text, "command", styled_text_string(achievement, "command"));
    buffer_release(&need);
    arena_release(&arena);
}

static void append_id_line(struct buffer *text, const char *label, const cJSON *object, const char *key) {
    struct buffer list = {0};
    append_list(&list, styled_text_first(object, key), NULL, LISTED_MOST);
    styled_text_append_line(text, label, buffer_text(&list));
    buffer_release(&list);
}

static void append_files(struct buffer *text, const cJSON *achievement, const struct style *style) {
    const cJSON *files = json_get(achievement, "files");
    styled_text_append_path_line(text, style, "SUBPLAN", styled_text_string(files, "subplan"));
    for (const cJSON *file = styled_text_first(files, "executions"); file; file = file->next)
        styled_text_append_path_line(text, style, "EXECUTION_TASK", file->valuestring);
    styled_text_append_path_line(text, style, "APPROVED", styled_text_string(files, "approved"));
    for (const cJSON *file = styled_text_first(files, "submitted"); file; file = file->next)
        styled_text_append_path_line(text, style, "SUBMITTED", file->valuestring);
    for (const cJSON *file = styled_text_first(files, "fixes"); file; file = file->next)
        styled_text_append_path_line(text, style, "FIX", file->valuestring);
    styled_text_append_path_line(text, style, "SKIPPED", styled_text_string(files, "skipped"));
}

static void append_slack(struct buffer *text, const cJSON *achievement) {
    const cJSON *slack = json_get(achievement, "slack");
    if (cJSON_IsNumber(slack) && slack->valuedouble > 0)
        buffer_append_format(text, "can wait %.4g hour%s without delaying the plan", slack->valuedouble,
                             text_plural_hours(slack->valuedouble));
    else if (cJSON_IsNumber(slack))
        buffer_append_string(text, "none: any delay here delays the plan");
}

void plan_text_show(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *achievement = json_get(data, "achievement");
    struct buffer value = {0};
    append_title(text, achievement, style);
    styled_text_append_line(text, "plan", styled_text_string(data, "plan"));
    append_state(text, achievement, style);
    if (!styled_text_is_null(achievement, "level")) {
        buffer_append_format(&value, "%zu", json_get_unsigned(achievement, "level"));
        styled_text_append_line(text, "level", buffer_text(&value));
        buffer_clear(&value);
    }
    if (!styled_text_is_null(achievement, "hours"))
        buffer_append_format(&value, "%.4g", json_get(achievement, "hours")->valuedouble);
    styled_text_append_line(text, "hours", buffer_text(&value));
    buffer_clear(&value);
    append_slack(&value, achievement);
    styled_text_append_line(text, "slack", buffer_text(&value));
    buffer_release(&value);
    append_id_line(text, "depends on", achievement, "dependencies");
    append_id_line(text, "blocked by", achievement, "blocked_by");
    append_id_line(text, "dependents", achievement, "dependents");
    append_files(text, achievement, style);
    if (styled_text_is_null(achievement, "objective"))
        return;
    buffer_append_byte(text, '\n');
    for (struct span rest = span_of(styled_text_string(achievement, "objective")), line;
         span_next_line(&rest, &line);) {
        buffer_append_string(text, line.length ? "  " : "");
        text_append_visible(text, line);
        buffer_append_byte(text, '\n');
    }
}

static void append_obstacles(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t shown = 0, count = styled_text_count(data, "waits_for");
    for (const cJSON *item = styled_text_first(data, "waits_for"); item && shown < LISTED_MOST;
         item = item->next, shown++) {
        buffer_append_string(text, "  waits for ");
        styled_text_append_visible(text, styled_text_string(item, "id"));
        buffer_append_format(text, " (%s): ", styled_text_string(item, "label"));
        styled_text_append_visible(text, styled_text_string(item, "what_next"));
        if (!styled_text_is_null(item, "command")) {
            buffer_append_string(text, "\n    ");
            styled_text_append_visible(text, styled_text_string(item, "command"));
        }
        buffer_append_string(text, "\n    ends with ");
        styled_text_append_path(text, style, styled_text_string(item, "ends_with"));
        buffer_append_byte(text, '\n');
    }
    if (count > shown)
        buffer_append_format(text, "  and for %zu more\n", count - shown);
}

/* The name that the SUBPLAN must have. */
static void append_subplan_name(struct buffer *text, const cJSON *data) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(styled_text_string(data, "id"), digits);
    buffer_append_string(text, "SUBPLAN_");
    styled_text_append_visible(text, styled_text_string(data, "plan"));
    buffer_append_format(text, "_%s.md", digits);
}

void plan_text_why(struct buffer *text, const cJSON *data, const struct style *style) {
    append_title(text, data, style);
    append_state(text, data, style);
    if (!styled_text_is_null(data, "irregular_subplan")) {
        buffer_append_string(text, "  note: ");
        styled_text_append_visible(text, styled_text_string(data, "irregular_subplan"));
        buffer_append_string(text, " is ignored: its name does not match ");
        append_subplan_name(text, data);
        buffer_append_byte(text, '\n');
    }
    append_files(text, data, style);
    append_obstacles(text, data, style);
    size_t blocks = json_get_unsigned(data, "blocks");
    if (blocks) {
        buffer_append_format(text, "  blocks %zu: ", blocks);
        append_list(text, styled_text_first(data, "blocks_ids"), NULL, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
    if (styled_text_count(data, "would_make_ready")) {
        buffer_append_string(text, "  once complete, ready at once: ");
        append_list(text, styled_text_first(data, "would_make_ready"), NULL, LISTED_MOST);
        buffer_append_byte(text, '\n');
    }
}

/* --- validate --- */

void plan_text_validate(struct buffer *text, const cJSON *data, const struct style *style) {
    for (const cJSON *plan = styled_text_first(data, "plans"); plan; plan = plan->next) {
        size_t errors = json_get_unsigned(plan, "errors"), warnings = json_get_unsigned(plan, "warnings");
        size_t achievements = json_get_unsigned(plan, "achievements");
        bool is_valid = json_get_boolean(plan, "valid");
        styled_text_append_styled(text, style, is_valid ? "32" : "31", symbol_text(style, is_valid ? "✓" : "✗"));
        buffer_append_byte(text, ' ');
        styled_text_append_visible(text, styled_text_is_null(plan, "plan") ? styled_text_string(plan, "path")
                                                                           : styled_text_string(plan, "plan"));
        buffer_append_format(text, ": %zu achievement%s", achievements, text_plural(achievements));
        if (errors)
            buffer_append_format(text, ", %zu error%s", errors, text_plural(errors));
        if (warnings)
            buffer_append_format(text, ", %zu warning%s", warnings, text_plural(warnings));
        buffer_append_string(text, is_valid ? ", valid\n" : "\n");
    }
}
