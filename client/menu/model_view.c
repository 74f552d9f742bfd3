#include "menu/model_view.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "menu/cells.h"
#include "menu/item_lines.h"
#include "menu/level_lines.h"
#include "menu/line_list.h"

/* How much room the board has for what is no news: */
enum density {
    DENSITY_TIGHT,    /* what is ready, what waits, then the levels */
    DENSITY_HEADINGS, /* levels first, and headings */
    DENSITY_LOOSE,    /* and lines between the parts */
};

static void add_heading(struct line_list *list, const char *words, enum density density) {
    if (density == DENSITY_LOOSE && list->count)
        line_list_add(list);
    if (density >= DENSITY_HEADINGS)
        cells_append_inked(line_list_add(list), INK_BOLD, words);
}

static void add_ordered(struct line_list *list, const struct menu_model *model, size_t width, size_t height,
                        enum density density) {
    if (density >= DENSITY_HEADINGS)
        level_lines_add(list, model, width, height / 3);
    if (model->ready)
        add_heading(list, " Ready now", density);
    item_lines_add_ready(list, model, width);
    if (model->done == model->count)
        cells_append_inked(line_list_add(list), INK_GREEN, " ✓ Everything is complete.");
    if (model->waiting)
        add_heading(list, " Waiting", density);
    item_lines_add_waiting(list, model, width);
    if (density == DENSITY_TIGHT)
        level_lines_add(list, model, width, height);
}

/* As airy as it fits; a board that does not fit has headings still, unless there is next to no room. */
static void fill_board(struct line_list *list, const struct menu_model *model, size_t width, size_t height) {
    enum density least = height >= 7 ? DENSITY_HEADINGS : DENSITY_TIGHT;
    if (!model->has_graph || !model->is_valid) {
        item_lines_add_unordered(list, model, width);
        return;
    }
    for (enum density density = DENSITY_LOOSE;; density--) {
        add_ordered(list, model, width, height, density);
        if (list->count <= height || density == least)
            return;
        line_list_release(list);
    }
}

/* --- the board: the rest --- */

static void put_header(struct menu_view *view, const struct model_view *shown) {
    const struct menu_model *model = shown->model;
    AUTO(buffer) left = {0}, right = {0};
    buffer_append_byte(&left, ' ');
    cells_append_inked(&left, INK_BOLD, model->plan);
    bool is_wide = view->width >= 60;
    buffer_append_format(&right, is_wide ? "%zu of %zu complete" : "%zu/%zu", model->done, model->count);
    if (model->ready)
        buffer_append_format(&right, " · %zu ready", model->ready);
    if (model->failed) {
        buffer_append_string(&right, " · ");
        cells_append_ink(&right, INK_RED);
        buffer_append_format(&right, "%zu failed", model->failed);
        cells_append_ink(&right, INK_PLAIN);
    }
    if (is_wide)
        buffer_append_string(&right, shown->is_live ? " · live" : "");
    buffer_append_byte(&right, ' ');
    menu_view_put_both(view, 0, &left, &right);
}

static void put_progress(struct menu_view *view, size_t row, const struct menu_model *model) {
    AUTO(buffer) line = {0};
    buffer_append_byte(&line, ' ');
    if (view->width > 10)
        cells_append_bar(&line, model->done, model->count, view->width - 7);
    buffer_append_format(&line, " %3zu%%", model->count ? model->done * 100 / model->count : 0);
    menu_view_put(view, row, &line);
}

static void put_entry(struct menu_view *view, size_t row, const struct model_view *shown, size_t number) {
    const struct menu_model_entry *entry = &shown->model->entries[number];
    AUTO(buffer) line = {0};
    bool is_chosen = shown->cursor == number;
    enum ink ink = is_chosen ? INK_CHOSEN : entry->why ? INK_DIM : INK_PLAIN;
    cells_append_ink(&line, ink);
    buffer_append_format(&line, "%s%zu  ", is_chosen ? "▸" : " ", number + 1);
    bool is_narrow = view->width < MENU_VIEW_NARROW;
    cells_append_padded(&line, span_of(is_narrow ? entry->short_label : entry->label), is_narrow ? 15 : 22);
    buffer_append_string(&line, entry->why ? " (" : "  ");
    cells_append_visible(&line, span_of(entry->detail));
    buffer_append_string(&line, entry->why ? ")" : "");
    AUTO(buffer) padded = {0};
    cells_append_padded(&padded, buffer_span(&line), view->width);
    menu_view_put(view, row, &padded);
}

/* @hidden: so many are ready and not shown, where there is no line that tells. */
static void put_next(struct menu_view *view, size_t row, const struct menu_model *model, size_t hidden) {
    AUTO(buffer) line = {0};
    cells_append_ink(&line, INK_BOLD);
    bool has_nothing = model->done == model->count && model->count;
    if (has_nothing)
        buffer_append_string(&line, " Next: ");
    else
        buffer_append_format(&line, " Next: %d, ", (int)model->recommended + 1);
    bool lacks_graph = model->is_valid && !model->has_graph;
    cells_append_visible(&line, span_of(lacks_graph ? "a prompt that finds the dependencies" : model->reason));
    AUTO(buffer) rest = {0};
    if (hidden)
        buffer_append_format(&rest, "▾ %zu more", hidden);
    menu_view_put_both(view, row, &line, &rest);
}

/* What the end of the page holds besides: how much there is above and below what is shown. */
static void put_more(struct menu_view *view, size_t row) {
    AUTO(buffer) line = {0}, words = {0};
    size_t below = view->scroll_most - view->scroll;
    if (view->scroll)
        buffer_append_format(&words, "▴ %zu above ", view->scroll);
    if (below)
        buffer_append_format(&words, "▾ %zu below", below);
    if (words.length)
        buffer_append_string(&words, "  (j k)");
    cells_append_inked(&line, INK_DIM, buffer_text(&words));
    AUTO(buffer) left = {0};
    menu_view_put_both(view, row, &left, &line);
}

void model_view_show(struct menu_view *view, const struct model_view *shown, size_t width, size_t height) {
    AUTO(line_list) list = {0};
    menu_view_begin(view, width, height);
    bool has_bar = height >= 16, has_more = height >= 14, has_message = height >= 20, has_gap = height >= 22;
    size_t top = (size_t)1 + has_bar + has_gap, bottom = (size_t)ENTRIES + 2 + has_more + has_message;
    size_t room = height > top + bottom ? height - top - bottom : 0;
    fill_board(&list, shown->model, width, room);
    put_header(view, shown);
    if (has_bar)
        put_progress(view, 1, shown->model);
    menu_view_put_list(view, &list, shown->scroll, top, room);
    size_t row = top + room;
    if (has_more)
        put_more(view, row++);
    size_t seen = view->scroll + room; /* without has_more the board begins with what is ready */
    put_next(view, row++, shown->model, has_more || shown->model->ready <= seen ? 0 : shown->model->ready - seen);
    for (size_t i = 0; i < ENTRIES; i++)
        put_entry(view, row++, shown, i);
    if (shown->message)
        menu_view_put_text(view, row++, INK_CYAN, shown->message);
    else
        row += has_message;
    if (has_message || !shown->message)
        menu_view_put_keys(view, row, shown->keys);
}
