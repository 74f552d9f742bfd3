#include "render/what_if_text.h"

#include <stdint.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "render/achievement_text.h"
#include "render/styled_text.h"
#include "render/table.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"
#include "view/what_if_view.h"

enum { IDS_SHOWN_MOST = 12 };

static size_t most_ids(const struct style *style) {
    return style->is_verbose ? SIZE_MAX : IDS_SHOWN_MOST;
}

static void append_items(struct buffer *text, const struct item_list *list, const struct style *style) {
    static const struct table_column columns[] = {
        {"LEVEL", TABLE_RIGHT}, {"ID", 0}, {"TITLE", TABLE_SHRINKS}, {"HOURS", TABLE_RIGHT}, {"WHAT NEXT", 0}};
    AUTO(arena) arena = {0};
    struct table *table = table_new(columns, 5, style);
    bool is_cut = list->count > STYLED_TEXT_ROWS_MOST && !style->is_verbose;
    for (size_t i = 0; i < (is_cut ? STYLED_TEXT_ROWS_MOST : list->count); i++) {
        const struct achievement_item *item = &list->items[i];
        const char *cells[] = {arena_format(&arena, "%u", item->level), item->id, item->title,
                               item->has_hours ? arena_format(&arena, "%.4g", item->hours) : "", item->need};
        table_add(table, cells, NULL);
    }
    table_end(table, text);
    if (is_cut)
        buffer_append_format(text, "and %zu more; -v lists them\n", list->count - STYLED_TEXT_ROWS_MOST);
}

/* Of one that waits for nothing: ready, done, or ready once the others are complete. */
static const char *words_without_steps(const struct achievement_item *item) {
    if (item->standing.is_ready)
        return "ready";
    return item->need ? "ready then" : "done: nothing has to be complete for it";
}

static void append_unblock(struct buffer *text, const struct what_if_view *what_if, const struct style *style) {
    const struct hours_view *hours = &what_if->step_hours;
    styled_text_append_bold(text, style, what_if->unblock.id);
    buffer_append_byte(text, ' ');
    styled_text_append_visible(text, what_if->unblock.title);
    if (what_if->steps.count == 0) {
        buffer_append_format(text, " is %s.\n", words_without_steps(&what_if->unblock));
        return;
    }
    buffer_append_format(text, " is ready once %s complete, %.4g hour%s one after the other, %.4g in parallel:\n\n",
                         what_if->steps.count == 1 ? "this one is" : "these are", hours->sequential,
                         text_plural_hours(hours->sequential), hours->parallel);
    append_items(text, &what_if->steps, style);
}

static void append_assumed(struct buffer *text, const struct what_if_view *what_if, const struct style *style) {
    const struct item_list *assumed = &what_if->assumed;
    if (!assumed->count && !what_if->steps.count) {
        buffer_append_string(text, "Nothing would change.\n");
        return;
    }
    size_t shown = assumed->count < most_ids(style) ? assumed->count : most_ids(style);
    buffer_append_string(text, "If ");
    for (size_t i = 0; i < shown; i++) {
        buffer_append_string(text, i ? ", " : "");
        styled_text_append_visible(text, assumed->items[i].id);
    }
    if (assumed->count > shown)
        buffer_append_format(text, " and %zu more", assumed->count - shown);
    if (what_if->steps.count)
        buffer_append_string(text, assumed->count ? " and these" : "these");
    buffer_append_string(text, " were complete:\n");
}

static void append_blocked(struct buffer *text, const struct what_if_view *what_if) {
    for (size_t i = 0; i < what_if->assumed.count; i++) {
        const struct achievement_item *item = &what_if->assumed.items[i];
        AUTO(buffer) note = {0};
        if (!item->blocked_by.count)
            continue;
        buffer_append_format(&note, "%s waits for ", item->id);
        achievement_text_ids(&note, &item->blocked_by, SIZE_MAX);
        buffer_append_string(&note, ", which would still be open");
        styled_text_append_line(text, "but", buffer_text(&note));
    }
}

static void append_levels(struct buffer *text, const struct what_if_view *what_if) {
    AUTO(buffer) levels = {0};
    for (size_t i = 0; i < what_if->level_count; i++)
        buffer_append_format(&levels, "%s%u", i ? ", " : "", what_if->levels[i]);
    styled_text_append_line(text, "levels done", buffer_text(&levels));
}

static void append_id_line(struct buffer *text, const char *label, const struct ids *ids, const struct style *style) {
    AUTO(buffer) line = {0};
    achievement_text_ids(&line, ids, most_ids(style));
    styled_text_append_line(text, label, buffer_text(&line));
}

static void append_remaining(struct buffer *text, const struct what_if_view *what_if, const struct style *style) {
    const struct hours_view *before = &what_if->before, *after = &what_if->after;
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "%.4g one after the other (now %.4g), %.4g in parallel (now %.4g)", after->sequential,
                         before->sequential, after->parallel, before->parallel);
    styled_text_append_line(text, "hours left", buffer_text(&line));
    append_id_line(text, "not estimated", &after->missing, style);
    append_id_line(text, "critical path", &after->critical_path, style);
}

void what_if_text_append(struct buffer *text, const void *view, const struct style *style) {
    const struct what_if_view *what_if = view;
    if (what_if->has_unblock) {
        append_unblock(text, what_if, style);
        buffer_append_byte(text, '\n');
    }
    append_assumed(text, what_if, style);
    append_id_line(text, "done already", &what_if->closed, style);
    append_blocked(text, what_if);
    append_levels(text, what_if);
    append_remaining(text, what_if, style);
    if (!what_if->ready.count) {
        styled_text_append_line(text, "newly ready", "nothing");
        return;
    }
    buffer_append_string(text, "\nReady then:\n\n");
    append_items(text, &what_if->ready, style);
}
