#include "render/history_text.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "render/achievement_text.h"
#include "render/batch_text.h"
#include "render/styled_text.h"
#include "render/table.h"
#include "view/history_view.h"

static void append_file(struct buffer *text, const struct recorded_file *file, const struct style *style) {
    bool is_unchanged = strcmp(file->state, "as_written") == 0;
    buffer_append_string(text, "  + ");
    styled_text_append_path(text, style, file->path);
    buffer_append_format(text, "  (%s)\n", is_unchanged ? "as written" : file->state);
}

static void append_title(struct buffer *text, const struct history_item *item, const struct style *style) {
    AUTO(arena) arena = {0};
    styled_text_append_bold(text, style, arena_format(&arena, "Batch %" PRIu64, item->number));
    buffer_append_byte(text, '\n');
    styled_text_append_line(text, "plan", item->plan);
    styled_text_append_line(text, "time", item->time);
    styled_text_append_line(text, "kind", batch_text_kind(item->kind));
    styled_text_append_line(text, "selection", item->selection);
    styled_text_append_line(text, "by", item->by);
    styled_text_append_line(text, "note", item->note);
    styled_text_append_line(text, "result", item->result);
    styled_text_append_line(text, "request", item->request);
}

void history_text_batch(struct buffer *text, const void *view, const struct style *style) {
    const struct recorded_batch *batch = view;
    append_title(text, &batch->item, style);
    for (size_t i = 0; i < batch->item.file_count; i++)
        append_file(text, &batch->files[i], style);
    for (size_t i = 0; i < batch->failure_count; i++)
        batch_text_failure(text, batch->failures[i].path, batch->failures[i].reason, style);
}

/* "level 2 (2.1, 2.2)": what was asked for, and what that was. */
static const char *selection_cell(struct arena *arena, const struct history_item *item) {
    enum { SHOWN_MOST = 6 };
    AUTO(buffer) ids = {0};
    if (!item->selection || item->ids.count == 0 || strncmp(item->selection, "ids ", 4) == 0)
        return item->selection;
    achievement_text_ids(&ids, &item->ids, SHOWN_MOST);
    return arena_format(arena, "%s (%s)", item->selection, ids.data);
}

static void add_row(struct table *table, const struct history_item *item) {
    AUTO(arena) arena = {0};
    const char *cells[] = {arena_format(&arena, "%" PRIu64, item->number),
                           item->time,
                           item->plan,
                           item->kind,
                           selection_cell(&arena, item),
                           arena_format(&arena, "%zu", item->file_count),
                           item->result,
                           item->by};
    table_add(table, cells, NULL);
}

void history_text_list(struct buffer *text, const void *view, const struct style *style) {
    static const struct table_column columns[] = {
        {"BATCH", TABLE_RIGHT}, {"TIME", 0},   {"PLAN", TABLE_SHRINKS}, {"KIND", 0}, {"SELECTION", TABLE_SHRINKS},
        {"FILES", TABLE_RIGHT}, {"RESULT", 0}, {"BY", TABLE_SHRINKS}};
    const struct history_view *history = view;
    if (style->has_failed && !history->count)
        return; /* it is not known whether there are any */
    if (!history->count) {
        buffer_append_string(text, "No batches of yours.\n");
        return;
    }
    bool has_names = false; /* of reviewers and submitters */
    for (size_t i = 0; i < history->count; i++)
        has_names |= history->items[i].by != NULL;
    struct table *table = table_new(columns, has_names ? 8 : 7, style);
    for (size_t i = 0; i < history->count; i++)
        add_row(table, &history->items[i]);
    table_end(table, text);
}
