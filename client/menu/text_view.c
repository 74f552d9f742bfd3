#include "menu/text_view.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "menu/cells.h"
#include "menu/menu_view.h"

static size_t count_run(const char *text, bool is_blank) {
    size_t count = 0;
    while (text[count] && (text[count] == ' ') == is_blank)
        count++;
    return count;
}

/* Where the text of a line begins, behind blanks and the mark of a list: "  - ", "2  ", "u   ". */
static size_t indent_of(struct span line) {
    enum { MARK_BYTES_MOST = 3 };
    AUTO(buffer) bare = {0};
    for (size_t i = 0; i < line.length; i++)
        if (!cells_is_ink(line.data[i]))
            buffer_append_byte(&bare, line.data[i]);
    const char *text = buffer_text(&bare);
    size_t blanks = count_run(text, true), mark = count_run(text + blanks, false);
    size_t gap = count_run(text + blanks + mark, true);
    bool is_word = (text[blanks] | 0x20) >= 'a' && (text[blanks] | 0x20) <= 'z';
    bool is_mark = mark <= MARK_BYTES_MOST && gap && (!is_word || gap > 1);
    return is_mark ? blanks + mark + gap : blanks;
}

static char last_ink(struct span line, char ink) {
    for (size_t i = 0; i < line.length; i++)
        if (cells_is_ink(line.data[i]))
            ink = line.data[i];
    return ink;
}

/* One line of it, broken into as many as it takes; what follows the first begins where the text did. */
static void add_broken(struct line_list *list, struct span line, size_t width) {
    size_t indent = indent_of(line);
    struct span rest = line, part;
    char ink = INK_PLAIN;
    bool is_first = true;
    if (line.length == 0)
        line_list_add(list);
    if (indent > width / 2)
        indent = 0;
    while (cells_take_line(&rest, is_first ? width : width - indent, &part)) {
        struct buffer *added = line_list_add(list);
        for (size_t i = 0; !is_first && i < indent; i++)
            buffer_append_byte(added, ' ');
        buffer_append_byte(added, ink);
        buffer_append_span(added, part);
        ink = last_ink(part, ink);
        is_first = false;
    }
}

static void add_text(struct line_list *list, const char *text, enum ink ink, size_t width, bool is_cut) {
    AUTO(buffer) inked = {0};
    for (struct span rest = span_of(text), line; span_next_line(&rest, &line);) {
        buffer_clear(&inked);
        if (ink != INK_PLAIN)
            cells_append_ink(&inked, ink);
        cells_append_coloured(&inked, line);
        if (is_cut)
            cells_append_short(line_list_add(list), buffer_span(&inked), width);
        else
            add_broken(list, buffer_span(&inked), width);
    }
}

static void list_keys(const struct menu *menu, struct menu_view_key *keys) {
    size_t count = 0;
    if (menu->place == MENU_PREVIEW && menu->can_confirm) {
        keys[count++] = (struct menu_view_key){"y", menu->action == MENU_UNDOES ? "remove these" : "create these"};
        keys[count++] = (struct menu_view_key){"n", "back"};
        if (menu->action == MENU_CREATES && menu->model.offer_counts[menu->entry] > 1)
            keys[count++] = (struct menu_view_key){"← →", "other selection"};
        if (menu->action != MENU_UNDOES)
            keys[count++] = (struct menu_view_key){"s", menu->has_content ? "without texts" : "show texts"};
    } else {
        if (menu->is_receipt && menu->batch && menu->place == MENU_TEXT)
            keys[count++] = (struct menu_view_key){"u", "undo this batch"};
        if (menu->place == MENU_TEXT && menu->prompt_count > 1)
            keys[count++] = (struct menu_view_key){"n", "next prompt"};
        keys[count++] = (struct menu_view_key){"q", "back"};
    }
    if (menu->view.scroll_most)
        keys[count++] = (struct menu_view_key){"j k", "scroll"};
    if (menu->place == MENU_TEXT)
        keys[count++] = (struct menu_view_key){"p", "print"};
    keys[count] = (struct menu_view_key){0};
}

static void show_foot(struct menu *menu) {
    struct menu_view_key keys[8];
    size_t height = menu->view.height;
    bool has_both = height >= 16;
    if (menu_message(menu))
        menu_view_put_text(&menu->view, height - (has_both ? 2 : 1), INK_CYAN, menu_message(menu));
    list_keys(menu, keys);
    if (!menu_message(menu) || has_both)
        menu_view_put_keys(&menu->view, height - 1, keys);
}

void text_view_show(struct menu *menu) {
    AUTO(line_list) list = {0};
    struct menu_view *view = &menu->view;
    size_t margin = view->height >= 16 ? 2 : 1; /* above and below the text */
    size_t room = view->height > 2 * margin ? view->height - 2 * margin : 1;
    if (menu->notice.length) {
        add_text(&list, menu->notice.data, INK_YELLOW, view->width, false);
        line_list_add(&list);
    }
    add_text(&list, buffer_text(&menu->text), INK_PLAIN, view->width, menu->is_picture);
    menu_view_put_list(view, &list, menu->text_scroll, margin, room);
    menu->text_scroll = view->scroll;
    AUTO(buffer) left = {0}, right = {0};
    buffer_append_byte(&left, ' ');
    cells_append_inked(&left, INK_BOLD, buffer_text(&menu->title));
    if (view->scroll_most)
        buffer_append_format(&right, "%s%zu–%zu of %zu%s ", view->scroll ? "▴ " : "", view->scroll + 1,
                             view->scroll + room < list.count ? view->scroll + room : list.count, list.count,
                             view->scroll < view->scroll_most ? " ▾" : "");
    menu_view_put_both(view, 0, &left, &right);
    show_foot(menu);
}
