#include "menu/item_lines.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "menu/item.h"
#include "menu/menu_view.h"
#include "plan/achievement.h"
#include "render/achievement_text.h"
#include "render/state_style.h"

enum { ROWS_MOST = 200 }; /* of a list */

const char *item_lines_mark(const struct achievement_item *item, enum ink *ink) {
    static const enum ink inks[] = {[CLASS_COMPLETE] = INK_GREEN,
                                    [CLASS_FAILED] = INK_RED,
                                    [CLASS_SKIPPED] = INK_DIM,
                                    [CLASS_READY] = INK_YELLOW,
                                    [CLASS_WAITING] = INK_PLAIN};
    const struct state_style *style = state_style_of(item->standing.state, item_passes(item, ITEM_IS_READY));
    *ink = inks[style->class];
    return style->class == CLASS_READY ? style->mark : state_mark(item->standing.state);
}

/* The columns of a list of achievements; titles only where they have room. */
struct columns {
    size_t id, title, text;
};

static const char *title_of(const struct achievement_item *item) {
    return item->title ? item->title : "";
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

/* Of rows with @words in their last column. @text: the width of that; or 0 for that of the longest words. */
static struct columns measure(const struct item_set *set, const struct line_list *words, size_t text, size_t width) {
    struct columns columns = {.text = text};
    for (size_t i = 0; i < words->count; i++) {
        widen(&columns.id, strlen(set->items[i]->id));
        widen(&columns.title, cells_visible_width(title_of(set->items[i])));
        if (!text)
            widen(&columns.text, cells_visible_width(buffer_text(&words->lines[i])));
    }
    share(&columns, width, text ? 0 : 14);
    return columns;
}

static void begin_row(struct buffer *line, const struct achievement_item *item, const struct columns *columns) {
    enum ink ink;
    const char *mark = item_lines_mark(item, &ink);
    buffer_append_byte(line, ' ');
    cells_append_inked(line, ink, mark);
    buffer_append_byte(line, ' ');
    cells_append_column(line, item->id, columns->id);
    buffer_append_string(line, "  ");
    if (columns->title == 0)
        return;
    cells_append_column(line, title_of(item), columns->title);
    buffer_append_string(line, "  ");
}

/* Appends what stands in the last column. */
typedef void append_last(struct buffer *words, const struct achievement_item *item, size_t width);

static void append_blocks(struct buffer *line, const struct achievement_item *item, size_t width) {
    if (item->blocks && width >= 100)
        buffer_append_format(line, "  blocks %u achievement%s", item->blocks, text_plural(item->blocks));
    else if (item->blocks)
        buffer_append_format(line, "  blocks %u", item->blocks);
}

/* @text: the width of the last column; or 0 for that of its words, behind which stands what the achievement blocks. */
static void add_rows(struct line_list *list, const struct item_set *set, append_last *append, size_t text,
                     size_t width) {
    AUTO(line_list) words = {0};
    for (size_t i = 0; i < set->count && i < ROWS_MOST; i++)
        append(line_list_add(&words), set->items[i], width);
    const struct columns columns = measure(set, &words, text, width);
    for (size_t i = 0; i < words.count; i++) {
        struct buffer *line = line_list_add(list);
        begin_row(line, set->items[i], &columns);
        if (text) {
            buffer_append_span(line, buffer_span(&words.lines[i]));
        } else {
            cells_append_column(line, buffer_text(&words.lines[i]), columns.text);
            append_blocks(line, set->items[i], width);
        }
    }
    if (set->count > ROWS_MOST)
        buffer_append_format(line_list_add(list), "   and %zu more", set->count - ROWS_MOST);
}

/* Who works on it, or what it needs: one word of that where there is little room. */
static void append_need(struct buffer *words, const struct achievement_item *item, size_t width) {
    AUTO(arena) arena = {0};
    const char *need = item_what_next(item, &arena);
    if (need != item->need)
        cells_append_short(words, span_of(need), width / 2); /* names can be long */
    else
        buffer_append_string(words, width < MENU_VIEW_NARROW ? item_needs(item) : need);
}

void item_lines_add_ready(struct line_list *list, const struct menu_model *model, size_t width) {
    add_rows(list, &model->ready, append_need, 0, width);
}

static void append_blockers(struct buffer *words, const struct achievement_item *item, size_t width) {
    (void)width;
    achievement_text_need(words, item);
}

void item_lines_add_waiting(struct line_list *list, const struct menu_model *model, size_t width) {
    add_rows(list, &model->waiting, append_blockers, width / 3, width);
}

static void append_label(struct buffer *words, const struct achievement_item *item, size_t width) {
    (void)width;
    buffer_append_string(words, achievement_label(&item->standing));
}

void item_lines_add_unordered(struct line_list *list, const struct menu_model *model, size_t width) {
    enum { LABEL_WIDTH = 14 };
    if (!model->plan->is_valid)
        cells_append_inked(line_list_add(list), INK_RED, " This plan is invalid: 7 says why.");
    else
        cells_append_inked(line_list_add(list), INK_YELLOW, " No parallel.json: no levels, nothing is ready.");
    add_rows(list, &model->all, append_label, LABEL_WIDTH, width);
}
