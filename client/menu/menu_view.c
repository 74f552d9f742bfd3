#include "menu/menu_view.h"

#include "base/auto.h"
#include "base/memory.h"
#include "render/symbol.h"

struct buffer *line_list_add(struct line_list *list) {
    struct buffer *line = LIST_ADD(list->lines, list->count, list->capacity);
    *line = (struct buffer){0};
    return line;
}

void line_list_release(struct line_list *list) {
    for (size_t i = 0; i < list->count; i++)
        buffer_release(&list->lines[i]);
    memory_free(list->lines);
    *list = (struct line_list){0};
}

void menu_view_release(struct menu_view *view) {
    for (size_t i = 0; i < view->height; i++)
        buffer_release(&view->lines[i]);
    memory_free(view->lines);
    *view = (struct menu_view){0};
}

struct span menu_view_line(const struct menu_view *view, size_t row) {
    return row < view->height ? buffer_span(&view->lines[row]) : (struct span){0};
}

void menu_view_begin(struct menu_view *view, size_t width, size_t height) {
    menu_view_release(view);
    view->width = width;
    view->height = height;
    view->lines = memory_allocate(height, sizeof *view->lines);
}

void menu_view_put(struct menu_view *view, size_t row, const struct buffer *line) {
    if (row < view->height)
        cells_append_short(&view->lines[row], buffer_span(line), view->width);
}

void menu_view_put_both(struct menu_view *view, size_t row, const struct buffer *left, const struct buffer *right) {
    size_t needed = right->length ? cells_width(buffer_span(right)) + 1 : 0;
    size_t room = view->width > needed + 8 ? view->width - needed : view->width;
    AUTO(buffer) line = {0};
    cells_append_padded(&line, buffer_span(left), room);
    if (room < view->width) {
        cells_append_ink(&line, INK_PLAIN);
        buffer_append_byte(&line, ' ');
        buffer_append_span(&line, buffer_span(right));
    }
    menu_view_put(view, row, &line);
}

void menu_view_put_text(struct menu_view *view, size_t row, enum ink ink, const char *text) {
    AUTO(buffer) line = {0};
    cells_append_inked(&line, ink, text);
    menu_view_put(view, row, &line);
}

void menu_view_put_keys(struct menu_view *view, size_t row, const struct menu_view_key *keys) {
    AUTO(buffer) line = {0};
    size_t taken = 0;
    for (; keys && keys->key; keys++) {
        size_t width = cells_width(span_of(keys->key)) + 1 + cells_width(span_of(keys->meaning));
        if (taken + width + 3 > view->width)
            continue;
        buffer_append_string(&line, taken ? "   " : " ");
        cells_append_inked(&line, INK_BOLD, keys->key);
        buffer_append_format(&line, " %s", keys->meaning);
        taken += width + (taken ? 3 : 1);
    }
    menu_view_put(view, row, &line);
}

void menu_view_put_list(struct menu_view *view, const struct line_list *list, size_t wanted, size_t row,
                        size_t height) {
    view->scroll_most = list->count > height ? list->count - height : 0;
    view->scroll = wanted < view->scroll_most ? wanted : view->scroll_most;
    for (size_t i = 0; i < height && view->scroll + i < list->count; i++)
        menu_view_put(view, row + i, &list->lines[view->scroll + i]);
}

void menu_view_make_ascii(struct menu_view *view) {
    for (size_t i = 0; i < view->height; i++) {
        struct buffer ascii = {0};
        symbol_append_ascii(&ascii, buffer_span(&view->lines[i]));
        buffer_release(&view->lines[i]);
        view->lines[i] = ascii;
    }
}
