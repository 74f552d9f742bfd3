#include "menu/menu_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"
#include "menu/cells.h"
#include "render/plan_text.h"
#include "render/state_style.h"
#include "render/styled_text.h"

enum { ROWS_MOST = 200 }; /* of a list on the board */

/* --- lines --- */

/* Lines of any number; part of them will be on the page. */
struct scroll {
    struct buffer *lines;
    size_t count, capacity;
};

static struct buffer *add_line(struct scroll *scroll) {
    scroll->lines = memory_grow(scroll->lines, &scroll->capacity, scroll->count + 1, sizeof *scroll->lines);
    scroll->lines[scroll->count] = (struct buffer){0};
    return &scroll->lines[scroll->count++];
}

static void release_scroll(struct scroll *scroll) {
    for (size_t i = 0; i < scroll->count; i++)
        buffer_release(&scroll->lines[i]);
    memory_free(scroll->lines);
    *scroll = (struct scroll){0};
}

static void append_inked(struct buffer *line, enum ink ink, const char *text) {
    cells_append_ink(line, ink);
    cells_append_visible(line, span_of(text));
    cells_append_ink(line, INK_PLAIN);
}

/* Text of a file in a separate column. */
static void append_column(struct buffer *line, const char *text, size_t width) {
    struct buffer visible = {0};
    cells_append_visible(&visible, span_of(text));
    cells_append_padded(line, buffer_span(&visible), width);
    buffer_release(&visible);
}

static size_t visible_width(const char *text) {
    struct buffer visible = {0};
    cells_append_visible(&visible, span_of(text));
    size_t width = cells_width(buffer_span(&visible));
    buffer_release(&visible);
    return width;
}

/* --- the page --- */

void menu_view_release(struct menu_view *view) {
    for (size_t i = 0; i < view->height; i++)
        buffer_release(&view->lines[i]);
    memory_free(view->lines);
    *view = (struct menu_view){0};
}

struct span menu_view_line(const struct menu_view *view, size_t row) {
    return row < view->height ? buffer_span(&view->lines[row]) : (struct span){0};
}

static void begin(struct menu_view *view, size_t width, size_t height) {
    menu_view_release(view);
    view->width = width;
    view->height = height;
    view->lines = memory_allocate(height, sizeof *view->lines);
}

/* As the line of that number, as far as the terminal has such a line and room in it. */
static void put(struct menu_view *view, size_t row, const struct buffer *line) {
    if (row < view->height)
        cells_append_short(&view->lines[row], buffer_span(line), view->width);
}

/* Takes @left and @right: the one at the left end of the line, the other at its right end if there is room. */
static void put_both(struct menu_view *view, size_t row, struct buffer *left, struct buffer *right) {
    size_t needed = right->length ? cells_width(buffer_span(right)) + 1 : 0;
    size_t room = view->width > needed + 8 ? view->width - needed : view->width;
    struct buffer line = {0};
    cells_append_padded(&line, buffer_span(left), room);
    if (room < view->width) {
        cells_append_ink(&line, INK_PLAIN);
        buffer_append_byte(&line, ' ');
        buffer_append_span(&line, buffer_span(right));
    }
    put(view, row, &line);
    buffer_release(&line);
    buffer_release(left);
    buffer_release(right);
}

static void put_text(struct menu_view *view, size_t row, enum ink ink, const char *text) {
    struct buffer line = {0};
    append_inked(&line, ink, text);
    put(view, row, &line);
    buffer_release(&line);
}

/* As many as fit, the first ones first. */
static void put_keys(struct menu_view *view, size_t row, const struct menu_view_key *keys) {
    struct buffer line = {0};
    size_t taken = 0;
    for (; keys && keys->key; keys++) {
        size_t width = cells_width(span_of(keys->key)) + 1 + cells_width(span_of(keys->meaning));
        if (taken + width + 3 > view->width)
            continue;
        buffer_append_string(&line, taken ? "   " : " ");
        append_inked(&line, INK_BOLD, keys->key);
        buffer_append_format(&line, " %s", keys->meaning);
        taken += width + (taken ? 3 : 1);
    }
    put(view, row, &line);
    buffer_release(&line);
}

/* The part of @scroll that has room in @height lines from @row. */
static void put_scroll(struct menu_view *view, const struct scroll *scroll, size_t wanted, size_t row, size_t height) {
    view->scroll_most = scroll->count > height ? scroll->count - height : 0;
    view->scroll = wanted < view->scroll_most ? wanted : view->scroll_most;
    for (size_t i = 0; i < height && view->scroll + i < scroll->count; i++)
        put(view, row + i, &scroll->lines[view->scroll + i]);
}

/* --- marks and bars --- */

static const char *mark_of(const struct menu_model_item *item, enum ink *ink) {
    static const enum ink inks[] = {[CLASS_COMPLETE] = INK_GREEN,
                                    [CLASS_FAILED] = INK_RED,
                                    [CLASS_SKIPPED] = INK_DIM,
                                    [CLASS_READY] = INK_YELLOW,
                                    [CLASS_WAITING] = INK_PLAIN};
    const struct state_style *style = state_style_of(item->state, item->is_ready);
    *ink = inks[style->class];
    return style->class == CLASS_READY ? style->mark : state_mark(item->state);
}

static void append_bar(struct buffer *line, size_t done, size_t total, size_t width) {
    size_t cells = total ? done * width / total : 0;
    cells_append_ink(line, INK_GREEN);
    for (size_t i = 0; i < width; i++) {
        if (i == cells)
            cells_append_ink(line, INK_DIM);
        buffer_append_string(line, i < cells ? "█" : "░");
    }
    cells_append_ink(line, INK_PLAIN);
}

/* --- the board: levels --- */

static size_t digits_of(size_t number) {
    size_t digits = 1;
    for (; number >= 10; number /= 10)
        digits++;
    return digits;
}

/* The achievements of a level: what is ready, what is open, what is done; as many as have room. */
static void append_members(struct buffer *line, const struct menu_model *model, const struct menu_model_level *level,
                           size_t room) {
    size_t taken = 0, left = 0;
    for (size_t pass = 0; pass < 3; pass++)
        for (size_t i = 0; i < level->count; i++) {
            const struct menu_model_item *item = &model->items[level->items[i]];
            bool is_done = !item->needs[0];
            size_t width = strlen(item->id) + 3, rank = item->is_ready ? 0 : is_done ? 2 : 1;
            if (rank != pass)
                continue;
            if (taken + width + 5 > room) {
                left++;
                continue;
            }
            enum ink ink;
            const char *mark = mark_of(item, &ink);
            cells_append_ink(line, ink);
            buffer_append_format(line, "%s ", mark);
            cells_append_visible(line, span_of(item->id));
            cells_append_ink(line, INK_PLAIN);
            buffer_append_byte(line, ' ');
            taken += width;
        }
    if (left)
        buffer_append_format(line, "+%zu", left);
}

/* Levels from @first to before @end in one line: "Level 2  ░░░  0 of 3  ▶ 2.1 ▶ 2.2". */
static void add_level_row(struct scroll *scroll, const struct menu_model *model, size_t first, size_t end,
                          size_t width) {
    struct buffer *line = add_line(scroll);
    size_t done = 0, count = 0, digits = digits_of(model->level_count);
    size_t bar = width >= 100 ? 20 : width >= 60 ? 10 : 5;
    for (size_t i = first; i < end; i++) {
        done += model->levels[i].done;
        count += model->levels[i].count;
    }
    struct buffer name = {0};
    if (end - first > 1)
        buffer_append_format(&name, "Levels %zu–%zu", first, end - 1);
    else
        buffer_append_format(&name, "Level %zu", first);
    buffer_append_byte(line, ' ');
    cells_append_padded(line, buffer_span(&name), 9 + 2 * digits);
    append_bar(line, done, count, bar);
    buffer_clear(&name);
    buffer_append_format(&name, " %zu of %zu", done, count);
    cells_append_padded(line, buffer_span(&name), 2 * digits_of(model->count) + 7);
    buffer_release(&name);
    size_t taken = cells_width(buffer_span(line));
    if (end - first == 1 && width > taken)
        append_members(line, model, &model->levels[first], width - taken);
    else if (done == count)
        append_inked(line, INK_GREEN, "✓ complete");
    else if (width > taken + 12)
        append_inked(line, INK_DIM, "later");
}

static bool is_finished(const struct menu_model_level *level) {
    return level->done == level->count;
}

/* Nothing is there to do yet, and nothing has been done. */
static bool is_later(const struct menu_model_level *level) {
    return level->done == 0 && level->ready == 0 && level->failed == 0;
}

/* Runs of complete levels in one line; runs of later ones, too, if there are more than @most. */
static void add_levels(struct scroll *scroll, const struct menu_model *model, size_t width, size_t most) {
    bool is_long = model->level_count > most;
    for (size_t first = 0, end; first < model->level_count; first = end) {
        end = first + 1;
        if (is_finished(&model->levels[first]))
            while (end < model->level_count && is_finished(&model->levels[end]))
                end++;
        else if (is_long && is_later(&model->levels[first]))
            while (end < model->level_count && is_later(&model->levels[end]))
                end++;
        add_level_row(scroll, model, first, end, width);
    }
}

/* --- the board: what is ready, what waits --- */

/* The columns of a list of achievements; titles only where they have room. */
struct columns {
    size_t id, title, text;
};

enum { NARROW = 60 };

static const char *need_words(const struct menu_model_item *item, size_t width) {
    return width < NARROW ? item->needs : item->what_next;
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

static struct columns measure(const struct menu_model *model, bool is_ready, size_t width) {
    struct columns columns = {0};
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        if (is_ready && !item->is_ready)
            continue;
        widen(&columns.id, strlen(item->id));
        widen(&columns.title, visible_width(item->title));
        widen(&columns.text, cells_width(span_of(need_words(item, width))));
    }
    if (!is_ready)
        columns.text = width / 3;
    share(&columns, width, is_ready ? 14 : 0);
    return columns;
}

static void begin_row(struct buffer *line, const struct menu_model_item *item, const struct columns *columns) {
    enum ink ink;
    const char *mark = mark_of(item, &ink);
    buffer_append_byte(line, ' ');
    append_inked(line, ink, mark);
    buffer_append_byte(line, ' ');
    append_column(line, item->id, columns->id);
    buffer_append_string(line, "  ");
    if (columns->title == 0)
        return;
    append_column(line, item->title, columns->title);
    buffer_append_string(line, "  ");
}

static bool add_if_too_many(struct scroll *scroll, size_t *shown, size_t total) {
    if (++*shown <= ROWS_MOST)
        return false;
    if (*shown == ROWS_MOST + 1)
        buffer_append_format(add_line(scroll), "   and %zu more", total - ROWS_MOST);
    return true;
}

static void add_ready_row(struct scroll *scroll, const struct menu_model_item *item, const struct columns *columns,
                          size_t width) {
    struct buffer *line = add_line(scroll);
    begin_row(line, item, columns);
    append_column(line, need_words(item, width), columns->text);
    if (item->blocks && width >= 100)
        buffer_append_format(line, "  blocks %zu achievement%s", item->blocks, text_plural(item->blocks));
    else if (item->blocks)
        buffer_append_format(line, "  blocks %zu", item->blocks);
}

/* What most others wait for comes first, then the order of the plan. */
static int compare_blocks(const void *left, const void *right) {
    const struct menu_model_item *a = *(const struct menu_model_item *const *)left;
    const struct menu_model_item *b = *(const struct menu_model_item *const *)right;
    if (a->blocks != b->blocks)
        return a->blocks < b->blocks ? 1 : -1;
    return (a > b) - (a < b);
}

static void add_ready(struct scroll *scroll, const struct menu_model *model, size_t width) {
    struct columns columns = measure(model, true, width);
    AUTO_FREE const struct menu_model_item **ready = memory_allocate(model->ready + 1, sizeof *ready);
    size_t count = 0, shown = 0;
    for (size_t i = 0; i < model->count; i++)
        if (model->items[i].is_ready)
            ready[count++] = &model->items[i];
    qsort(ready, count, sizeof *ready, compare_blocks);
    for (size_t i = 0; i < count && !add_if_too_many(scroll, &shown, count); i++)
        add_ready_row(scroll, ready[i], &columns, width);
}

static bool is_waiting(const struct menu_model_item *item) {
    return styled_text_count(item->json, "blocked_by") > 0;
}

static void add_waiting(struct scroll *scroll, const struct menu_model *model, size_t width) {
    struct columns columns = measure(model, false, width);
    size_t shown = 0, total = 0;
    for (size_t i = 0; i < model->count; i++)
        total += is_waiting(&model->items[i]);
    for (size_t i = 0; i < model->count; i++) {
        const struct menu_model_item *item = &model->items[i];
        if (!is_waiting(item) || add_if_too_many(scroll, &shown, total))
            continue;
        struct buffer *line = add_line(scroll);
        begin_row(line, item, &columns);
        plan_text_need(line, item->json);
    }
}

/* A plan without levels: what it has, and how far that is. */
static void add_unordered(struct scroll *scroll, const struct menu_model *model, size_t width) {
    struct columns columns = {.text = 14};
    for (size_t i = 0; i < model->count; i++) {
        widen(&columns.id, strlen(model->items[i].id));
        widen(&columns.title, visible_width(model->items[i].title));
    }
    share(&columns, width, 0);
    if (!model->is_valid)
        append_inked(add_line(scroll), INK_RED, " This plan is invalid: 7 says why.");
    else
        append_inked(add_line(scroll), INK_YELLOW, " No parallel.json: no levels, nothing is ready.");
    size_t shown = 0;
    for (size_t i = 0; i < model->count; i++)
        if (!add_if_too_many(scroll, &shown, model->count)) {
            struct buffer *line = add_line(scroll);
            begin_row(line, &model->items[i], &columns);
            buffer_append_string(line, model->items[i].label);
        }
}

/* How much room the board has for what is no news: */
enum density {
    DENSITY_TIGHT,    /* what is ready, what waits, then the levels */
    DENSITY_HEADINGS, /* levels first, and headings */
    DENSITY_LOOSE,    /* and lines between the parts */
};

static void add_heading(struct scroll *scroll, const char *words, enum density density) {
    if (density == DENSITY_LOOSE && scroll->count)
        add_line(scroll);
    if (density >= DENSITY_HEADINGS)
        append_inked(add_line(scroll), INK_BOLD, words);
}

static void add_ordered(struct scroll *scroll, const struct menu_model *model, size_t width, size_t height,
                        enum density density) {
    size_t waiting = 0;
    for (size_t i = 0; i < model->count; i++)
        waiting += is_waiting(&model->items[i]);
    if (density >= DENSITY_HEADINGS)
        add_levels(scroll, model, width, height / 3);
    if (model->ready)
        add_heading(scroll, " Ready now", density);
    add_ready(scroll, model, width);
    if (model->done == model->count)
        append_inked(add_line(scroll), INK_GREEN, " ✓ Everything is complete.");
    if (waiting)
        add_heading(scroll, " Waiting", density);
    add_waiting(scroll, model, width);
    if (density == DENSITY_TIGHT)
        add_levels(scroll, model, width, height);
}

/* As airy as it fits; a board that does not fit has headings still, unless there is next to no room. */
static void fill_board(struct scroll *scroll, const struct menu_model *model, size_t width, size_t height) {
    enum density least = height >= 7 ? DENSITY_HEADINGS : DENSITY_TIGHT;
    if (!model->has_graph || !model->is_valid) {
        add_unordered(scroll, model, width);
        return;
    }
    for (enum density density = DENSITY_LOOSE;; density--) {
        add_ordered(scroll, model, width, height, density);
        if (scroll->count <= height || density == least)
            return;
        release_scroll(scroll);
    }
}

/* --- the board: the rest --- */

static void put_header(struct menu_view *view, const struct menu_view_model *shown) {
    const struct menu_model *model = shown->model;
    struct buffer left = {0}, right = {0};
    buffer_append_byte(&left, ' ');
    append_inked(&left, INK_BOLD, model->plan);
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
    put_both(view, 0, &left, &right);
}

static void put_progress(struct menu_view *view, size_t row, const struct menu_model *model) {
    struct buffer line = {0};
    buffer_append_byte(&line, ' ');
    if (view->width > 10)
        append_bar(&line, model->done, model->count, view->width - 7);
    buffer_append_format(&line, " %3zu%%", model->count ? model->done * 100 / model->count : 0);
    put(view, row, &line);
    buffer_release(&line);
}

static void put_entry(struct menu_view *view, size_t row, const struct menu_view_model *shown, size_t number) {
    const struct menu_model_entry *entry = &shown->model->entries[number];
    struct buffer line = {0};
    bool is_chosen = shown->cursor == number;
    enum ink ink = is_chosen ? INK_CHOSEN : entry->why ? INK_DIM : INK_PLAIN;
    cells_append_ink(&line, ink);
    buffer_append_format(&line, "%s%zu  ", is_chosen ? "▸" : " ", number + 1);
    bool is_narrow = view->width < NARROW;
    cells_append_padded(&line, span_of(is_narrow ? entry->short_label : entry->label), is_narrow ? 15 : 22);
    buffer_append_string(&line, entry->why ? " (" : "  ");
    cells_append_visible(&line, span_of(entry->detail));
    buffer_append_string(&line, entry->why ? ")" : "");
    struct buffer padded = {0};
    cells_append_padded(&padded, buffer_span(&line), view->width);
    put(view, row, &padded);
    buffer_release(&padded);
    buffer_release(&line);
}

static void put_next(struct menu_view *view, size_t row, const struct menu_model *model) {
    struct buffer line = {0};
    cells_append_ink(&line, INK_BOLD);
    bool has_nothing = model->done == model->count && model->count;
    if (has_nothing)
        buffer_append_string(&line, " Next: ");
    else
        buffer_append_format(&line, " Next: %d, ", (int)model->recommended + 1);
    bool lacks_graph = model->is_valid && !model->has_graph;
    cells_append_visible(&line, span_of(lacks_graph ? "a prompt that finds the dependencies" : model->reason));
    put(view, row, &line);
    buffer_release(&line);
}

/* What the end of the page holds besides: how much there is above and below what is shown. */
static void put_more(struct menu_view *view, size_t row) {
    struct buffer line = {0}, words = {0};
    size_t below = view->scroll_most - view->scroll;
    if (view->scroll)
        buffer_append_format(&words, "▴ %zu above ", view->scroll);
    if (below)
        buffer_append_format(&words, "▾ %zu below", below);
    if (words.length)
        buffer_append_string(&words, "  (j k)");
    append_inked(&line, INK_DIM, buffer_text(&words));
    struct buffer left = {0};
    put_both(view, row, &left, &line);
    buffer_release(&words);
}

void menu_view_show_model(struct menu_view *view, const struct menu_view_model *shown, size_t width, size_t height) {
    struct scroll scroll = {0};
    begin(view, width, height);
    bool has_bar = height >= 16, has_more = height >= 14, has_message = height >= 20, has_gap = height >= 22;
    size_t top = (size_t)1 + has_bar + has_gap, bottom = (size_t)ENTRIES + 2 + has_more + has_message;
    size_t room = height > top + bottom ? height - top - bottom : 0;
    fill_board(&scroll, shown->model, width, room);
    put_header(view, shown);
    if (has_bar)
        put_progress(view, 1, shown->model);
    put_scroll(view, &scroll, shown->scroll, top, room);
    size_t row = top + room;
    if (has_more)
        put_more(view, row++);
    put_next(view, row++, shown->model);
    for (size_t i = 0; i < ENTRIES; i++)
        put_entry(view, row++, shown, i);
    if (shown->message)
        put_text(view, row++, INK_CYAN, shown->message);
    else
        row += has_message;
    if (has_message || !shown->message)
        put_keys(view, row, shown->keys);
    release_scroll(&scroll);
}

/* --- choosing a plan --- */

static void add_choice(struct scroll *scroll, const struct menu_view_choices *shown, size_t number, size_t width,
                       size_t name_width) {
    const struct menu_view_choice *choice = &shown->choices[number];
    struct buffer line = {0}, count = {0};
    bool is_chosen = number == shown->cursor;
    cells_append_ink(&line, is_chosen ? INK_CHOSEN : INK_PLAIN);
    buffer_append_string(&line, is_chosen ? "▸ " : "  ");
    append_column(&line, choice->name, name_width);
    bool is_narrow = width < NARROW;
    buffer_append_format(&count, is_narrow ? "  %zu/%zu" : "  %zu of %zu", choice->done, choice->total);
    if (choice->is_valid && choice->ready)
        buffer_append_format(&count, ", %zu ready", choice->ready);
    else if (!choice->is_valid)
        buffer_append_string(&count, ", invalid");
    cells_append_padded(&line, buffer_span(&count), is_narrow ? 15 : 22);
    if (!is_narrow)
        cells_append_visible(&line, span_of(choice->reason));
    cells_append_padded(add_line(scroll), buffer_span(&line), width);
    buffer_release(&line);
    buffer_release(&count);
}

void menu_view_show_choices(struct menu_view *view, const struct menu_view_choices *shown, size_t width,
                            size_t height) {
    struct scroll scroll = {0};
    size_t name_width = 8, room = height > 4 ? height - 4 : 1;
    begin(view, width, height);
    for (size_t i = 0; i < shown->count; i++)
        widen(&name_width, visible_width(shown->choices[i].name));
    size_t others = width < NARROW ? 17 : 24;
    if (name_width + others > width)
        name_width = width > others + 10 ? width - others : 10;
    for (size_t i = 0; i < shown->count; i++)
        add_choice(&scroll, shown, i, width, name_width);
    struct buffer left = {0}, right = {0};
    append_inked(&left, INK_BOLD, " Which plan?");
    buffer_append_format(&right, "%zu plan%s ", shown->count, text_plural(shown->count));
    put_both(view, 0, &left, &right);
    put_scroll(view, &scroll, shown->cursor >= room ? shown->cursor - room + 1 : 0, 2, room);
    if (shown->message)
        put_text(view, height - 2, INK_CYAN, shown->message);
    put_keys(view, height - 1, shown->keys);
    release_scroll(&scroll);
}

/* --- a text --- */

static size_t count_run(const char *text, bool is_blank) {
    size_t count = 0;
    while (text[count] && (text[count] == ' ') == is_blank)
        count++;
    return count;
}

/* Where the text of a line begins, behind blanks and the mark of a list: "  - ", "2  ", "u   ". */
static size_t indent_of(struct span line) {
    enum { MARK_BYTES_MOST = 3 };
    struct buffer bare = {0};
    for (size_t i = 0; i < line.length; i++)
        if (line.data[i] < 0 || line.data[i] >= INK_END)
            buffer_append_byte(&bare, line.data[i]);
    const char *text = buffer_text(&bare);
    size_t blanks = count_run(text, true), mark = count_run(text + blanks, false);
    size_t gap = count_run(text + blanks + mark, true);
    bool is_word = (text[blanks] | 0x20) >= 'a' && (text[blanks] | 0x20) <= 'z';
    bool is_mark = mark <= MARK_BYTES_MOST && gap && (!is_word || gap > 1);
    buffer_release(&bare);
    return is_mark ? blanks + mark + gap : blanks;
}

static char last_ink(struct span line, char ink) {
    for (size_t i = 0; i < line.length; i++)
        if (line.data[i] > 0 && line.data[i] < INK_END)
            ink = line.data[i];
    return ink;
}

/* One line of it, broken into as many as it takes; what follows the first begins where the text did. */
static void add_broken(struct scroll *scroll, struct span line, size_t width) {
    size_t indent = indent_of(line);
    struct span rest = line, part;
    char ink = INK_PLAIN;
    bool is_first = true;
    if (line.length == 0)
        add_line(scroll);
    if (indent > width / 2)
        indent = 0;
    while (cells_take_line(&rest, is_first ? width : width - indent, &part)) {
        struct buffer *added = add_line(scroll);
        for (size_t i = 0; !is_first && i < indent; i++)
            buffer_append_byte(added, ' ');
        buffer_append_byte(added, ink);
        buffer_append_span(added, part);
        ink = last_ink(part, ink);
        is_first = false;
    }
}

static void add_text(struct scroll *scroll, const char *text, enum ink ink, size_t width, bool is_cut) {
    struct buffer inked = {0};
    for (struct span rest = span_of(text), line; span_next_line(&rest, &line);) {
        buffer_clear(&inked);
        if (ink != INK_PLAIN)
            cells_append_ink(&inked, ink);
        cells_append_coloured(&inked, line);
        if (is_cut)
            cells_append_short(add_line(scroll), buffer_span(&inked), width);
        else
            add_broken(scroll, buffer_span(&inked), width);
    }
    buffer_release(&inked);
}

void menu_view_show_text(struct menu_view *view, const struct menu_view_text *shown, size_t width, size_t height) {
    struct scroll scroll = {0};
    begin(view, width, height);
    size_t top = height >= 16 ? 2 : 1, bottom = height >= 16 ? 2 : 1;
    size_t room = height > top + bottom ? height - top - bottom : 1;
    if (shown->notice) {
        add_text(&scroll, shown->notice, INK_YELLOW, width, false);
        add_line(&scroll);
    }
    add_text(&scroll, shown->text, INK_PLAIN, width, shown->is_picture);
    put_scroll(view, &scroll, shown->scroll, top, room);
    struct buffer left = {0}, right = {0};
    buffer_append_byte(&left, ' ');
    append_inked(&left, INK_BOLD, shown->title);
    if (view->scroll_most)
        buffer_append_format(&right, "%s%zu–%zu of %zu%s ", view->scroll ? "▴ " : "", view->scroll + 1,
                             view->scroll + room < scroll.count ? view->scroll + room : scroll.count, scroll.count,
                             view->scroll < view->scroll_most ? " ▾" : "");
    put_both(view, 0, &left, &right);
    if (shown->message)
        put_text(view, height - (bottom == 2 ? 2 : 1), INK_CYAN, shown->message);
    if (!shown->message || bottom == 2)
        put_keys(view, height - 1, shown->keys);
    release_scroll(&scroll);
}
