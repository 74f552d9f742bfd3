#include "menu/menu_view.h"

#include "base/auto.h"
#include "base/columns.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "render/symbol.h"

void menu_view_begin(struct menu_view *view, size_t width, size_t height) {
    enum { ROOMY = 20 };
    buffer_clear(&view->page);
    view->row = view->scroll = view->scroll_most = 0;
    view->width = width;
    view->height = height;
    view->foot = height >= ROOMY ? 2 : 1;
}

void menu_view_release(struct menu_view *view) {
    buffer_release(&view->page);
    *view = (struct menu_view){0};
}

void menu_view_append(struct buffer *line, const char *color, const char *text) {
    static const struct style style = {.has_color = true};
    styled_text_append_styled(line, &style, color, text);
}

static void add(struct menu_view *view, struct span line) {
    AUTO(buffer) cut = {0};
    if (view->row == view->height)
        return;
    columns_append_cut(&cut, line, view->width, "…");
    columns_append_steady(&view->page, buffer_span(&cut));
    buffer_append_byte(&view->page, '\n');
    view->row++;
}

void menu_view_add(struct menu_view *view, const struct buffer *line) {
    add(view, buffer_span(line));
}

void menu_view_add_text(struct menu_view *view, const char *color, const char *text) {
    AUTO(buffer) visible = {0}, cell = {0}, line = {0};
    styled_text_append_visible(&visible, text);
    columns_append_cell(&cell, buffer_span(&visible), view->width, "…");
    menu_view_append(&line, color, buffer_text(&cell));
    menu_view_add(view, &line);
}

void menu_view_add_both(struct menu_view *view, const struct buffer *left, const struct buffer *right) {
    size_t needed = right->length ? columns_of(buffer_span(right)) + 2 : 0;
    size_t room = view->width > needed + 8 ? view->width - needed : view->width;
    AUTO(buffer) line = {0};
    columns_append_cell(&line, buffer_span(left), room, "…");
    if (room < view->width) {
        buffer_append_string(&line, "\033[0m ");
        buffer_append_span(&line, buffer_span(right)); /* a blank is left behind it */
    }
    menu_view_add(view, &line);
}

size_t menu_view_count(const struct buffer *text) {
    size_t count = 0;
    for (struct span rest = buffer_span(text), line; span_next_line(&rest, &line);)
        count++;
    return count;
}

void menu_view_scroll(struct menu_view *view, const struct buffer *text, size_t *at, size_t height) {
    size_t count = menu_view_count(text);
    view->scroll_most = count > height ? count - height : 0;
    view->scroll = *at = *at < view->scroll_most ? *at : view->scroll_most;
}

void menu_view_append_scroll(struct buffer *line, const struct menu_view *view) {
    bool is_wide = view->width >= MENU_VIEW_NARROW;
    size_t below = view->scroll_most - view->scroll;
    if (view->scroll)
        buffer_append_format(line, "▴ %zu%s", view->scroll, is_wide ? " above" : "");
    if (below)
        buffer_append_format(line, "%s▾ %zu%s", view->scroll ? " " : "", below, is_wide ? " below" : "");
}

void menu_view_add_lines(struct menu_view *view, const struct buffer *text, size_t height) {
    size_t end = view->row + height;
    struct span rest = buffer_span(text), line;
    for (size_t i = 0; view->row < end && view->row < view->height && span_next_line(&rest, &line); i++)
        if (i >= view->scroll)
            add(view, line);
    menu_view_fill(view, end);
}

void menu_view_fill(struct menu_view *view, size_t count) {
    while (view->row < count && view->row < view->height)
        add(view, (struct span){0});
}

void menu_view_make_ascii(struct menu_view *view) {
    struct buffer ascii = {0};
    symbol_append_ascii(&ascii, buffer_span(&view->page));
    buffer_release(&view->page);
    view->page = ascii;
}
