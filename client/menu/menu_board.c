#include "menu/menu_board.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/columns.h"
#include "base/memory.h"
#include "base/text.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "plan/achievement.h"
#include "plan/standing.h"
#include "render/achievement_text.h"
#include "render/state_style.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "render/table.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

static const struct style plain = {0};

static void append_mark(struct buffer *line, const struct achievement_item *item) {
    const struct state_style *style = state_style_of(item->standing.state, item->standing.is_ready);
    const char *mark = style->class == CLASS_READY ? style->mark : state_mark(item->standing.state);
    buffer_append_format(line, "%s%s%s", style->color ? style->color : "", mark, style->color ? "\033[0m" : "");
}

static void append_bar(struct buffer *line, size_t done, size_t total, size_t width) {
    AUTO(buffer) bar = {0};
    styled_text_append_bar(&bar, &plain, done, total, width);
    menu_view_append(line, MENU_GREEN, buffer_text(&bar));
}

/* --- levels --- */

static size_t digits_of(size_t number) {
    size_t digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

/* 0: what is ready; 1: what is open; 2: what is done. */
static size_t rank_of(const struct achievement_item *item) {
    return item->standing.is_ready ? 0 : achievement_needs(&item->standing) ? 1 : 2;
}

/* The achievements of a level in the order of their ranks; as many as have room. */
static void append_members(struct buffer *line, const struct item_set *set, size_t room) {
    size_t taken = 0, left = 0;
    for (size_t rank = 0; rank < 3; rank++)
        for (size_t i = 0; i < set->count; i++) {
            size_t width = strlen(set->items[i]->id) + 3;
            if (rank_of(set->items[i]) != rank)
                continue;
            if (taken + width + 5 > room) {
                left++;
                continue;
            }
            append_mark(line, set->items[i]);
            buffer_append_byte(line, ' ');
            styled_text_append_visible(line, set->items[i]->id);
            buffer_append_byte(line, ' ');
            taken += width;
        }
    if (left)
        buffer_append_format(line, "+%zu", left);
}

static size_t done_of(const struct level_view *level) {
    return (size_t)level->complete + level->skipped;
}

/* Levels from @first to before @end in one line: "Level 2  ░░░  0 of 3  ▶ 2.1 ▶ 2.2". */
static void append_levels_row(struct buffer *text, const struct menu_model *model, size_t first, size_t end,
                              size_t width) {
    size_t done = 0, count = 0, digits = digits_of(model->plan->level_count);
    for (size_t i = first; i < end; i++) {
        done += done_of(&model->plan->levels[i]);
        count += model->levels[i].count;
    }
    AUTO(buffer) line = {0}, name = {0}, progress = {0};
    buffer_append_format(&name, end - first > 1 ? " Levels %zu–%zu" : " Level %zu", first, end - 1);
    buffer_append_format(&progress, " %zu of %zu", done, count);
    columns_append_cell(&line, buffer_span(&name), 10 + 2 * digits, "…");
    append_bar(&line, done, count, width >= 100 ? 20 : width >= MENU_VIEW_NARROW ? 10 : 5);
    columns_append_cell(&line, buffer_span(&progress), 2 * digits_of(model->all.count) + 7, "…");
    size_t taken = columns_of(buffer_span(&line));
    if (end - first == 1 && width > taken)
        append_members(&line, &model->levels[first], width - taken);
    else if (done == count)
        menu_view_append(&line, MENU_GREEN, "✓ complete");
    else if (width > taken + 12)
        menu_view_append(&line, MENU_DIM, "later");
    buffer_append_format(text, "%s\n", buffer_text(&line));
}

static bool is_finished(const struct level_view *level) {
    return done_of(level) == level->ids.count;
}

/* There is nothing to do yet, and nothing has been done. */
static bool is_later(const struct level_view *level) {
    return done_of(level) == 0 && level->ready == 0 && level->failed == 0;
}

/* Runs of complete levels take one line; runs of later ones, too, if there are more than @most. */
static void append_levels(struct buffer *text, const struct menu_model *model, size_t width, size_t most) {
    bool is_long = model->plan->level_count > most;
    for (size_t first = 0, end; first < model->plan->level_count; first = end) {
        const struct level_view *levels = model->plan->levels, *level = &levels[first];
        bool (*is_folded)(const struct level_view *) = is_finished(level)           ? is_finished
                                                       : is_long && is_later(level) ? is_later
                                                                                    : NULL;
        end = first + 1;
        while (is_folded && end < model->plan->level_count && is_folded(&levels[end]))
            end++;
        append_levels_row(text, model, first, end, width);
    }
}

/* --- lists of achievements --- */

/* What is to be done, or is in the way; where there is little room, in a word. */
static void append_words(struct buffer *words, const struct achievement_item *item, size_t width) {
    if (item->is_free && width < MENU_VIEW_NARROW)
        styled_text_append_visible(words, achievement_needs(&item->standing));
    else if (item->standing.is_ready)
        achievement_text_work(words, item);
    else
        achievement_text_need(words, item);
}

static void add_row(struct table *table, const struct achievement_item *item, size_t width) {
    AUTO(buffer) words = {0}, blocks = {0};
    append_words(&words, item, width);
    if (item->standing.is_ready && item->blocks)
        buffer_append_format(&blocks, "blocks %u", item->blocks);
    if (blocks.length && width >= 100)
        buffer_append_format(&blocks, " achievement%s", text_plural(item->blocks));
    const char *cells[] = {item->id, item->title, words.data, blocks.data};
    table_add(table, cells, NULL);
}

/* Achievements, one a line. A long list is cut, and its last line says so. */
static void append_list(struct buffer *text, const struct item_set *set, size_t width) {
    enum { ROWS_MOST = 200, MARK_COLUMNS = 3 };
    static const struct table_column columns[] = {{NULL, 0}, {NULL, TABLE_SHRINKS}, {NULL, TABLE_SHRINKS}, {NULL, 0}};
    const struct style style = {.columns = width - MARK_COLUMNS};
    struct table *table = table_new(columns, sizeof columns / sizeof *columns, &style);
    AUTO(buffer) rows = {0};
    for (size_t i = 0; i < set->count && i < ROWS_MOST; i++)
        add_row(table, set->items[i], width);
    table_end(table, &rows);
    struct span rest = buffer_span(&rows), row;
    for (size_t i = 0; span_next_line(&rest, &row); i++) {
        buffer_append_byte(text, ' ');
        append_mark(text, set->items[i]);
        buffer_append_format(text, " %.*s\n", (int)row.length, row.data);
    }
    if (set->count > ROWS_MOST)
        buffer_append_format(text, "   and %zu more\n", set->count - ROWS_MOST);
}

/* How much room the board has for what is no news: */
enum density {
    DENSITY_TIGHT,    /* what is ready, what waits, then the levels */
    DENSITY_HEADINGS, /* levels first, and headings */
    DENSITY_LOOSE,    /* and lines between the parts */
};

static void append_heading(struct buffer *text, const char *words, enum density density) {
    if (density == DENSITY_LOOSE && text->length)
        buffer_append_byte(text, '\n');
    if (density == DENSITY_TIGHT)
        return;
    menu_view_append(text, MENU_BOLD, words);
    buffer_append_byte(text, '\n');
}

static void append_ordered(struct buffer *text, const struct menu_model *model, const struct menu_view *view,
                           size_t height, enum density density) {
    if (density >= DENSITY_HEADINGS)
        append_levels(text, model, view->width, height / 3);
    if (model->ready.count)
        append_heading(text, " Ready now", density);
    append_list(text, &model->ready, view->width);
    if (model->done == model->all.count) {
        menu_view_append(text, MENU_GREEN, " ✓ Everything is complete.");
        buffer_append_byte(text, '\n');
    }
    if (model->waiting.count)
        append_heading(text, " Waiting", density);
    append_list(text, &model->waiting, view->width);
    if (density == DENSITY_TIGHT)
        append_levels(text, model, view->width, height);
}

static void append_unordered(struct buffer *text, const struct menu_model *model, const struct menu_view *view) {
    if (model->plan->is_valid)
        menu_view_append(text, MENU_YELLOW, " No parallel.json: no levels, nothing is ready.");
    else
        menu_view_append(text, MENU_RED, " This plan is invalid: 7 says why.");
    buffer_append_byte(text, '\n');
    append_list(text, &model->all, view->width);
}

/* As airy as it fits; a board that does not fit has headings still, unless there is next to no room. */
static void append_board(struct buffer *text, const struct menu_model *model, const struct menu_view *view,
                         size_t height) {
    enum density least = height >= 7 ? DENSITY_HEADINGS : DENSITY_TIGHT, density = DENSITY_LOOSE;
    if (!model->has_graph || !model->plan->is_valid) {
        append_unordered(text, model, view);
        return;
    }
    for (append_ordered(text, model, view, height, density); menu_view_count(text) > height && density > least;) {
        buffer_clear(text);
        append_ordered(text, model, view, height, --density);
    }
}

/* --- the lines around it --- */

static void add_header(struct menu_view *view, const struct menu_model *model, bool is_live) {
    AUTO(buffer) left = {0}, right = {0};
    size_t failed = model->plan->counts[STATE_FAILED];
    bool is_wide = view->width >= MENU_VIEW_NARROW;
    buffer_append_byte(&left, ' ');
    menu_view_append(&left, MENU_BOLD, model->plan->name);
    buffer_append_format(&right, is_wide ? "%zu of %zu complete" : "%zu/%zu", model->done, model->all.count);
    if (model->ready.count)
        buffer_append_format(&right, " · %zu ready", model->ready.count);
    if (failed)
        buffer_append_format(&right, " · " TABLE_RED "%zu failed\033[0m", failed);
    buffer_append_string(&right, is_wide && is_live ? " · live" : "");
    menu_view_add_both(view, &left, &right);
}

static void add_progress(struct menu_view *view, const struct menu_model *model) {
    AUTO(buffer) line = {0};
    buffer_append_byte(&line, ' ');
    append_bar(&line, model->done, model->all.count, view->width - 7);
    buffer_append_format(&line, " %3zu%%", model->all.count ? model->done * 100 / model->all.count : 0);
    menu_view_add(view, &line);
}

static void add_entry(struct menu_view *view, const struct menu *menu, size_t number) {
    const struct menu_entry *entry = &menu->model.entries[number];
    bool is_narrow = view->width < MENU_VIEW_NARROW, is_chosen = menu->cursor == number;
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "%s%zu  ", is_chosen ? "▸" : " ", number + 1);
    columns_append_cell(&line, span_of(is_narrow ? entry->short_label : entry->label), is_narrow ? 15 : 22, "…");
    buffer_append_format(&line, entry->why ? " (%s)" : "  %s", entry->detail);
    menu_view_add_text(view, is_chosen ? MENU_CHOSEN : entry->why ? MENU_DIM : MENU_PLAIN, buffer_text(&line));
}

/* What is recommended; and how many lines there are above and below what is shown. */
static void add_next(struct menu_view *view, const struct menu_model *model) {
    AUTO(buffer) words = {0}, line = {0}, rest = {0};
    bool has_nothing = model->done == model->all.count && model->all.count;
    bool lacks_graph = model->plan->is_valid && !model->has_graph;
    buffer_append_string(&words, " Next: ");
    if (!has_nothing)
        buffer_append_format(&words, "%d, ", (int)model->recommended + 1);
    buffer_append_string(&words, lacks_graph ? "a prompt that finds the dependencies" : model->plan->next.reason);
    menu_view_append(&line, MENU_BOLD, words.data);
    menu_view_append_scroll(&rest, view);
    menu_view_add_both(view, &line, &rest);
}

void menu_board_show(struct menu *menu) {
    const struct menu_model *model = &menu->model;
    struct menu_view *view = &menu->view;
    size_t bar = view->height >= 16, gap = view->height >= 22; /* lines */
    size_t others = 1 + bar + gap + gap + 1 + ENTRIES + view->foot;
    size_t room = view->height > others ? view->height - others : 0;
    AUTO(buffer) board = {0};
    append_board(&board, model, view, room);
    add_header(view, model, menu->is_live);
    if (bar)
        add_progress(view, model);
    menu_view_fill(view, view->row + gap);
    menu_view_scroll(view, &board, &menu->scroll, room);
    menu_view_add_lines(view, &board, room);
    menu_view_fill(view, view->row + gap);
    add_next(view, model);
    for (size_t i = 0; i < ENTRIES; i++)
        add_entry(view, menu, i);
}

/* --- the choice of a plan --- */

static void add_plan(struct table *table, const struct plan_view *plan, bool is_narrow) {
    AUTO(buffer) count = {0};
    buffer_append_format(&count, is_narrow ? "%zu/%zu" : "%zu of %zu",
                         plan->counts[STATE_COMPLETE] + plan->counts[STATE_SKIPPED], plan->total);
    if (!plan->is_valid)
        buffer_append_string(&count, ", invalid");
    else if (plan->ready)
        buffer_append_format(&count, ", %zu ready", plan->ready);
    const char *cells[] = {plan->path, count.data, is_narrow ? NULL : plan->next.reason};
    table_add(table, cells, NULL);
}

void menu_board_show_choice(struct menu *menu) {
    enum { MARK_COLUMNS = 2, HEAD_LINES = 2 };
    static const struct table_column columns[] = {{NULL, TABLE_SHRINKS}, {NULL, 0}, {NULL, TABLE_SHRINKS}};
    struct menu_view *view = &menu->view;
    const struct plan_list *plans = menu_plans(menu);
    const struct style style = {.columns = view->width - MARK_COLUMNS};
    size_t room = view->height > HEAD_LINES + view->foot ? view->height - HEAD_LINES - view->foot : 1;
    size_t at = menu->choice >= room ? menu->choice - room + 1 : 0;
    struct table *table = table_new(columns, sizeof columns / sizeof *columns, &style);
    AUTO(buffer) rows = {0}, lines = {0}, left = {0}, right = {0};
    for (size_t i = 0; i < plans->count; i++)
        add_plan(table, &plans->plans[i], view->width < MENU_VIEW_NARROW);
    table_end(table, &rows);
    struct span rest = buffer_span(&rows), row;
    for (size_t i = 0; span_next_line(&rest, &row); i++) {
        buffer_append_string(&lines, i == menu->choice ? "\033[" MENU_CHOSEN "m▸ " : "  ");
        columns_append_cell(&lines, row, view->width - MARK_COLUMNS, "…");
        buffer_append_byte(&lines, '\n');
    }
    menu_view_append(&left, MENU_BOLD, " Which plan?");
    buffer_append_format(&right, "%zu plan%s", plans->count, text_plural(plans->count));
    menu_view_add_both(view, &left, &right);
    menu_view_fill(view, HEAD_LINES);
    menu_view_scroll(view, &lines, &at, room);
    menu_view_add_lines(view, &lines, room);
}
