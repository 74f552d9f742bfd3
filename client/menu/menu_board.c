#include "menu/menu_board.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "menu/cells.h"
#include "menu/item.h"
#include "menu/item_lines.h"
#include "menu/menu_choice.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "view/achievement_item.h"

/* --- levels --- */

static size_t digits_of(size_t number) {
    size_t digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

/* 0: what is ready; 1: what is open; 2: what is done. */
static size_t rank_of(const struct achievement_item *item) {
    return item_passes(item, ITEM_IS_READY) ? 0 : item_needs(item)[0] ? 1 : 2;
}

/* The achievements of a level in the order of their ranks; as many as have room. */
static void append_members(struct buffer *line, const struct item_set *set, size_t room) {
    size_t taken = 0, left = 0;
    for (size_t rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < set->count; i++) {
            enum ink ink;
            const char *id = set->items[i]->id, *mark = item_lines_mark(set->items[i], &ink);
            size_t width = strlen(id) + 3;
            if (rank_of(set->items[i]) != rank)
                continue;
            if (taken + width + 5 > room) {
                left++;
                continue;
            }
            cells_append_ink(line, ink);
            buffer_append_format(line, "%s ", mark);
            cells_append_visible(line, span_of(id));
            cells_append_ink(line, INK_PLAIN);
            buffer_append_byte(line, ' ');
            taken += width;
        }
    if (left)
        buffer_append_format(line, "+%zu", left);
}

/* Levels from @first to before @end in one line: "Level 2  ░░░  0 of 3  ▶ 2.1 ▶ 2.2". */
static void add_level_row(struct line_list *list, const struct menu_model *model, size_t first, size_t end,
                          size_t width) {
    struct buffer *line = line_list_add(list);
    size_t done = 0, count = 0, digits = digits_of(model->plan->level_count);
    size_t bar = width >= 100 ? 20 : width >= 60 ? 10 : 5;
    for (size_t i = first; i < end; i++) {
        done += model->levels[i].done;
        count += model->levels[i].set.count;
    }
    AUTO(buffer) name = {0};
    if (end - first > 1)
        buffer_append_format(&name, "Levels %zu–%zu", first, end - 1);
    else
        buffer_append_format(&name, "Level %zu", first);
    buffer_append_byte(line, ' ');
    cells_append_padded(line, buffer_span(&name), 9 + 2 * digits);
    cells_append_bar(line, done, count, bar);
    buffer_clear(&name);
    buffer_append_format(&name, " %zu of %zu", done, count);
    cells_append_padded(line, buffer_span(&name), 2 * digits_of(model->all.count) + 7);
    size_t taken = cells_width(buffer_span(line));
    if (end - first == 1 && width > taken)
        append_members(line, &model->levels[first].set, width - taken);
    else if (done == count)
        cells_append_inked(line, INK_GREEN, "✓ complete");
    else if (width > taken + 12)
        cells_append_inked(line, INK_DIM, "later");
}

static bool is_finished(const struct menu_model_level *level) {
    return level->done == level->set.count;
}

/* Nothing is there to do yet, and nothing has been done. */
static bool is_later(const struct menu_model_level *level) {
    return level->done == 0 && level->ready == 0 && level->failed == 0;
}

/* Runs of complete levels take one line; runs of later ones, too, if there are more than @most. */
static void add_levels(struct line_list *list, const struct menu_model *model, size_t width, size_t most) {
    bool is_long = model->plan->level_count > most;
    for (size_t first = 0, end; first < model->plan->level_count; first = end) {
        end = first + 1;
        if (is_finished(&model->levels[first]))
            while (end < model->plan->level_count && is_finished(&model->levels[end]))
                end++;
        else if (is_long && is_later(&model->levels[first]))
            while (end < model->plan->level_count && is_later(&model->levels[end]))
                end++;
        add_level_row(list, model, first, end, width);
    }
}

/* --- the list --- */

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
        add_levels(list, model, width, height / 3);
    if (model->ready.count)
        add_heading(list, " Ready now", density);
    item_lines_add_ready(list, model, width);
    if (model->done == model->all.count)
        cells_append_inked(line_list_add(list), INK_GREEN, " ✓ Everything is complete.");
    if (model->waiting.count)
        add_heading(list, " Waiting", density);
    item_lines_add_waiting(list, model, width);
    if (density == DENSITY_TIGHT)
        add_levels(list, model, width, height);
}

/* As airy as it fits; a board that does not fit has headings still, unless there is next to no room. */
static void fill_board(struct line_list *list, const struct menu_model *model, size_t width, size_t height) {
    enum density least = height >= 7 ? DENSITY_HEADINGS : DENSITY_TIGHT;
    if (!model->has_graph || !model->plan->is_valid) {
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

static void put_header(struct menu_view *view, const struct menu_model *model, bool is_live) {
    AUTO(buffer) left = {0}, right = {0};
    buffer_append_byte(&left, ' ');
    cells_append_inked(&left, INK_BOLD, model->plan->name);
    bool is_wide = view->width >= 60;
    buffer_append_format(&right, is_wide ? "%zu of %zu complete" : "%zu/%zu", model->done, model->all.count);
    if (model->ready.count)
        buffer_append_format(&right, " · %zu ready", model->ready.count);
    if (model->failed) {
        buffer_append_string(&right, " · ");
        cells_append_ink(&right, INK_RED);
        buffer_append_format(&right, "%zu failed", model->failed);
        cells_append_ink(&right, INK_PLAIN);
    }
    if (is_wide)
        buffer_append_string(&right, is_live ? " · live" : "");
    buffer_append_byte(&right, ' ');
    menu_view_put_both(view, 0, &left, &right);
}

static void put_progress(struct menu_view *view, size_t row, const struct menu_model *model) {
    AUTO(buffer) line = {0};
    buffer_append_byte(&line, ' ');
    if (view->width > 10)
        cells_append_bar(&line, model->done, model->all.count, view->width - 7);
    buffer_append_format(&line, " %3zu%%", model->all.count ? model->done * 100 / model->all.count : 0);
    menu_view_put(view, row, &line);
}

static void put_entry(struct menu_view *view, size_t row, const struct menu *menu, size_t number) {
    const struct menu_model_entry *entry = &menu->model.entries[number];
    AUTO(buffer) line = {0};
    bool is_chosen = menu->cursor == number;
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

/* @hidden: so many are ready and not shown, where no line says so. */
static void put_next(struct menu_view *view, size_t row, const struct menu_model *model, size_t hidden) {
    AUTO(buffer) line = {0};
    cells_append_ink(&line, INK_BOLD);
    bool has_nothing = model->done == model->all.count && model->all.count;
    if (has_nothing)
        buffer_append_string(&line, " Next: ");
    else
        buffer_append_format(&line, " Next: %d, ", (int)model->recommended + 1);
    bool lacks_graph = model->plan->is_valid && !model->has_graph;
    cells_append_visible(&line,
                         span_of(lacks_graph ? "a prompt that finds the dependencies" : model->plan->next.reason));
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

static void put_keys(struct menu_view *view, size_t row, const struct menu *menu) {
    struct menu_view_key keys[8] = {{"?", "help"}, {"q", "quit"}};
    size_t count = 2;
    if (menu_model_next(&menu->model, ITEM_IS_SUBMITTED))
        keys[count++] = (struct menu_view_key){"a", "approve"};
    if (menu->batch)
        keys[count++] = (struct menu_view_key){"u", "undo the batch"};
    if (menu_choice_count(menu) > 1)
        keys[count++] = (struct menu_view_key){"b", "plans"};
    keys[count] = (struct menu_view_key){"1-7 ↑↓ Enter", "choose"};
    menu_view_put_keys(view, row, keys);
}

void menu_board_show(struct menu *menu) {
    AUTO(line_list) list = {0};
    const struct menu_model *model = &menu->model;
    struct menu_view *view = &menu->view;
    size_t height = view->height;
    bool has_bar = height >= 16, has_more = height >= 14, has_message = height >= 20, has_gap = height >= 22;
    size_t top = (size_t)1 + has_bar + has_gap, bottom = (size_t)ENTRIES + 2 + has_more + has_message;
    size_t room = height > top + bottom ? height - top - bottom : 0;
    fill_board(&list, model, view->width, room);
    put_header(view, model, menu->is_live);
    if (has_bar)
        put_progress(view, 1, model);
    menu_view_put_list(view, &list, menu->scroll, top, room);
    menu->scroll = view->scroll;
    size_t row = top + room;
    if (has_more)
        put_more(view, row++);
    size_t seen = view->scroll + room; /* without has_more the board begins with what is ready */
    put_next(view, row++, model, has_more || model->ready.count <= seen ? 0 : model->ready.count - seen);
    for (size_t i = 0; i < ENTRIES; i++)
        put_entry(view, row++, menu, i);
    if (menu_message(menu))
        menu_view_put_text(view, row++, INK_CYAN, menu_message(menu));
    else
        row += has_message;
    if (has_message || !menu_message(menu))
        put_keys(view, row, menu);
}
