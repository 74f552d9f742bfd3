#include "menu/level_lines.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "menu/cells.h"
#include "menu/item_lines.h"

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
            const char *mark = item_lines_mark(item, &ink);
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
static void add_level_row(struct line_list *list, const struct menu_model *model, size_t first, size_t end,
                          size_t width) {
    struct buffer *line = line_list_add(list);
    size_t done = 0, count = 0, digits = digits_of(model->level_count);
    size_t bar = width >= 100 ? 20 : width >= 60 ? 10 : 5;
    for (size_t i = first; i < end; i++) {
        done += model->levels[i].done;
        count += model->levels[i].count;
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
    cells_append_padded(line, buffer_span(&name), 2 * digits_of(model->count) + 7);
    size_t taken = cells_width(buffer_span(line));
    if (end - first == 1 && width > taken)
        append_members(line, model, &model->levels[first], width - taken);
    else if (done == count)
        cells_append_inked(line, INK_GREEN, "✓ complete");
    else if (width > taken + 12)
        cells_append_inked(line, INK_DIM, "later");
}

static bool is_finished(const struct menu_model_level *level) {
    return level->done == level->count;
}

/* Nothing is there to do yet, and nothing has been done. */
static bool is_later(const struct menu_model_level *level) {
    return level->done == 0 && level->ready == 0 && level->failed == 0;
}

void level_lines_add(struct line_list *list, const struct menu_model *model, size_t width, size_t most) {
    bool is_long = model->level_count > most;
    for (size_t first = 0, end; first < model->level_count; first = end) {
        end = first + 1;
        if (is_finished(&model->levels[first]))
            while (end < model->level_count && is_finished(&model->levels[end]))
                end++;
        else if (is_long && is_later(&model->levels[first]))
            while (end < model->level_count && is_later(&model->levels[end]))
                end++;
        add_level_row(list, model, first, end, width);
    }
}
