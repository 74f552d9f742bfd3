#include "menu/item_lines.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "menu/menu_view.h"
#include "render/achievement_text.h"
#include "render/state_style.h"

enum { ROWS_MOST = 200 }; /* of a list */

const char *item_lines_mark(const struct menu_model_item *item, enum ink *ink) {
    static const enum ink inks[] = {[CLASS_COMPLETE] = INK_GREEN,
                                    [CLASS_FAILED] = INK_RED,
                                    [CLASS_SKIPPED] = INK_DIM,
                                    [CLASS_READY] = INK_YELLOW,
                                    [CLASS_WAITING] = INK_PLAIN};
    const struct state_style *style = state_style_of(item->state, item->is_ready);
    *ink = inks[style->class];
    return style->class == CLASS_READY ? style->mark : state_mark(item->state);
}

/* The columns of a list of achievements; titles only where they have room. */
struct columns {
    size_t id, title, text;
};

static const char *need_words(const struct menu_model_item *item, size_t width) {
    return width < MENU_VIEW_NARROW && !item->is_held ? item->needs : item->what_next;
}

static void widen(size_t *column, size_t width) {
    *column = width > *column ? width : *column;
}

/* Titles get what is left, up to what they need. @others: what else stands in the line. */
static void share(struct columns *columns, size_t width, size_t others) {
    others += 3 + columns->id + 2 + columns->text + 2;
    size_t room = width > others ? width - others : 0;
    columns->title = room < 12 ? 0 : columns->title < room ? columns->title : room;
}

/* Of the rows that have room. @text: the width of the last column; or 0 for that of the longest need. */
static struct columns measure(const struct menu_model_item *const *items, size_t count, size_t text, size_t width) {
    struct columns columns = {.text = text};
    for (size_t i = 0; i < count && i < ROWS_MOST; i++) {
        widen(&columns.id, strlen(items[i]->id));
        widen(&columns.title, cells_visible_width(items[i]->title));
        if (!text)
            widen(&columns.text, cells_visible_width(need_words(items[i], width)));
    }
    if (columns.text > width / 2)
        columns.text = width / 2; /* names can be long */
    share(&columns, width, text ? 0 : 14);
    return columns;
}

static void begin_row(struct buffer *line, const struct menu_model_item *item, const struct columns *columns) {
    enum ink ink;
    const char *mark = item_lines_mark(item, &ink);
    buffer_append_byte(line, ' ');
    cells_append_inked(line, ink, mark);
    buffer_append_byte(line, ' ');
    cells_append_column(line, item->id, columns->id);
    buffer_append_string(line, "  ");
    if (columns->title == 0)
        return;
    cells_append_column(line, item->title, columns->title);
    buffer_append_string(line, "  ");
}

/* What stands in the last column. */
typedef void append_last(struct buffer *line, const struct menu_model_item *item, const struct columns *columns,
                         size_t width);

static void add_rows(struct line_list *list, const struct menu_model_item *const *items, size_t count, size_t text,
                     size_t width, append_last *append) {
    struct columns columns = measure(items, count, text, width);
    for (size_t i = 0; i < count && i < ROWS_MOST; i++) {
        struct buffer *line = line_list_add(list);
        begin_row(line, items[i], &columns);
        append(line, items[i], &columns, width);
    }
    if (count > ROWS_MOST)
        buffer_append_format(line_list_add(list), "   and %zu more", count - ROWS_MOST);
}

static void append_need(struct buffer *line, const struct menu_model_item *item, const struct columns *columns,
                        size_t width) {
    cells_append_column(line, need_words(item, width), columns->text);
    if (item->blocks && width >= 100)
        buffer_append_format(line, "  blocks %zu achievement%s", item->blocks, text_plural(item->blocks));
    else if (item->blocks)
        buffer_append_format(line, "  blocks %zu", item->blocks);
}

void item_lines_add_ready(struct line_list *list, const struct menu_model *model, size_t width) {
    add_rows(list, model->ready_items, model->ready, 0, width, append_need);
}

static void append_blockers(struct buffer *line, const struct menu_model_item *item, const struct columns *columns,
                            size_t width) {
    (void)columns;
    (void)width;
    achievement_text_need(line, item->shown);
}

void item_lines_add_waiting(struct line_list *list, const struct menu_model *model, size_t width) {
    add_rows(list, model->waiting_items, model->waiting, width / 3, width, append_blockers);
}

static void append_label(struct buffer *line, const struct menu_model_item *item, const struct columns *columns,
                         size_t width) {
    (void)columns;
    (void)width;
    buffer_append_string(line, item->label);
}

void item_lines_add_unordered(struct line_list *list, const struct menu_model *model, size_t width) {
    enum { LABEL_WIDTH = 14 };
    AUTO_FREE const struct menu_model_item **items = memory_allocate(model->count, sizeof *items);
    for (size_t i = 0; i < model->count; i++)
        items[i] = &model->items[i];
    if (!model->is_valid)
        cells_append_inked(line_list_add(list), INK_RED, " This plan is invalid: 7 says why.");
    else
        cells_append_inked(line_list_add(list), INK_YELLOW, " No parallel.json: no levels, nothing is ready.");
    add_rows(list, items, model->count, LABEL_WIDTH, width, append_label);
}
