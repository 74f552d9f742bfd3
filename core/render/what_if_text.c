#include "render/what_if_text.h"

#include "base/memory.h"
#include "base/text.h"
#include "format/json.h"
#include "render/table.h"

enum { IDS_SHOWN_MOST = 12 };

static double number_of(const cJSON *object, const char *key) {
    const cJSON *number = json_get(object, key);
    return cJSON_IsNumber(number) ? number->valuedouble : 0;
}

/* "3.1, 3.2 and 4 more"; the items are ids, or have one. */
static void append_ids(struct buffer *text, const cJSON *first, const struct style *style) {
    size_t count = 0, left_out = 0;
    for (const cJSON *item = first; item; item = item->next) {
        if (count == IDS_SHOWN_MOST && !style->is_verbose) {
            left_out++;
            continue;
        }
        buffer_append_string(text, count++ ? ", " : "");
        styled_text_append_visible(text, cJSON_IsString(item) ? item->valuestring : styled_text_string(item, "id"));
    }
    if (left_out)
        buffer_append_format(text, " and %zu more", left_out);
}

static void append_achievements(struct buffer *text, const cJSON *first, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"HOURS", TABLE_RIGHT}, {"WHAT NEXT", 0}};
    struct arena arena = {0};
    struct table *table = table_new(columns, 5, style);
    size_t left_out = 0, shown = 0;
    for (const cJSON *item = first; item; item = item->next) {
        if (shown == STYLED_TEXT_ROWS_MOST && !style->is_verbose) {
            left_out++;
            continue;
        }
        shown++;
        const char *cells[] = {
            arena_format(&arena, "%zu", json_get_unsigned(item, "level")),
            styled_text_string(item, "id"),
            styled_text_string(item, "title"),
            styled_text_is_null(item, "hours") ? "" : arena_format(&arena, "%.4g", number_of(item, "hours")),
            styled_text_string(item, "what_next"),
        };
        table_add(table, cells, NULL);
    }
    table_end(table, text);
    arena_release(&arena);
    if (left_out)
        buffer_append_format(text, "and %zu more; -v lists them\n", left_out);
}

/* Of one that waits for nothing and is not ready: because it is done, or everything is supposed to be. */
static const char *closed_words(const cJSON *achievement) {
    return styled_text_is_null(achievement, "what_next") ? "done: nothing has to be complete for it" : "ready then";
}

static void append_unblock(struct buffer *text, const cJSON *unblock, const struct style *style) {
    size_t count = styled_text_count(unblock, "steps");
    const cJSON *hours = json_get(unblock, "hours");
    styled_text_append_bold(text, style, styled_text_string(unblock, "id"));
    buffer_append_byte(text, ' ');
    styled_text_append_visible(text, styled_text_string(unblock, "title"));
    if (count == 0) {
        bool needs_nothing = json_get_boolean(unblock, "is_ready");
        buffer_append_format(text, " is %s.\n", needs_nothing ? "ready" : closed_words(unblock));
        return;
    }
    buffer_append_format(text, " is ready once %s complete, %.4g hour%s one after the other, %.4g in parallel:\n\n",
                         count == 1 ? "this one is" : "these are", number_of(hours, "sequential"),
                         text_plural_hours(number_of(hours, "sequential")), number_of(hours, "parallel"));
    append_achievements(text, styled_text_first(unblock, "steps"), style);
}

static void append_assumed(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *given = styled_text_first(data, "complete"), *unblock = json_get(data, "unblock");
    const cJSON *steps = styled_text_first(unblock, "steps");
    if (!given && !steps) {
        buffer_append_string(text, "Nothing would change.\n");
        return;
    }
    buffer_append_string(text, "If ");
    append_ids(text, given, style);
    if (steps)
        buffer_append_string(text, given ? " and these" : "these");
    buffer_append_string(text, " were complete:\n");
}

static void append_blocked(struct buffer *text, const cJSON *data) {
    for (const cJSON *item = styled_text_first(data, "complete"); item; item = item->next)
        if (styled_text_first(item, "blocked_by")) {
            struct style all = {.is_verbose = true};
            struct buffer note = {0};
            buffer_append_format(&note, "%s waits for ", styled_text_string(item, "id"));
            append_ids(&note, styled_text_first(item, "blocked_by"), &all);
            buffer_append_string(&note, ", which would still be open");
            styled_text_append_line(text, "but", buffer_text(&note));
            buffer_release(&note);
        }
}

static void append_levels(struct buffer *text, const cJSON *data) {
    struct buffer levels = {0};
    for (const cJSON *level = styled_text_first(data, "would_complete_levels"); level; level = level->next)
        buffer_append_format(&levels, "%s%.0f", levels.length ? ", " : "", level->valuedouble);
    styled_text_append_line(text, "levels done", buffer_text(&levels));
    buffer_release(&levels);
}

static void append_remaining(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *before = json_get(data, "before"), *after = json_get(data, "after");
    struct buffer line = {0};
    buffer_append_format(&line, "%.4g one after the other (now %.4g), %.4g in parallel (now %.4g)",
                         number_of(after, "sequential"), number_of(before, "sequential"), number_of(after, "parallel"),
                         number_of(before, "parallel"));
    styled_text_append_line(text, "hours left", buffer_text(&line));
    buffer_clear(&line);
    append_ids(&line, styled_text_first(after, "missing"), style);
    styled_text_append_line(text, "not estimated", buffer_text(&line));
    buffer_clear(&line);
    append_ids(&line, styled_text_first(after, "critical_path"), style);
    styled_text_append_line(text, "critical path", buffer_text(&line));
    buffer_release(&line);
}

void what_if_text_append(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *unblock = json_get(data, "unblock"), *ready = styled_text_first(data, "would_make_ready");
    if (cJSON_IsObject(unblock)) {
        append_unblock(text, unblock, style);
        buffer_append_byte(text, '\n');
    }
    append_assumed(text, data, style);
    struct buffer already = {0};
    append_ids(&already, styled_text_first(data, "already"), style);
    styled_text_append_line(text, "done already", buffer_text(&already));
    buffer_release(&already);
    append_blocked(text, data);
    append_levels(text, data);
    append_remaining(text, data, style);
    if (!ready) {
        styled_text_append_line(text, "newly ready", "nothing");
        return;
    }
    buffer_append_string(text, "\nReady then:\n\n");
    append_achievements(text, ready, style);
}
