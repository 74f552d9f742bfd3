#include "menu/choice_view.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "menu/cells.h"
#include "menu/line_list.h"
#include "render/styled_text.h"

static void add_choice(struct line_list *list, const struct choice_view *shown, size_t number, size_t width,
                       size_t name_width) {
    const struct plan_choice *choice = &shown->choices[number];
    AUTO(buffer) line = {0}, count = {0};
    bool is_chosen = number == shown->cursor;
    cells_append_ink(&line, is_chosen ? INK_CHOSEN : INK_PLAIN);
    buffer_append_string(&line, is_chosen ? "▸ " : "  ");
    cells_append_column(&line, choice->name, name_width);
    bool is_narrow = width < MENU_VIEW_NARROW;
    buffer_append_format(&count, is_narrow ? "  %zu/%zu" : "  %zu of %zu", choice->done, choice->total);
    if (choice->is_valid && choice->ready)
        buffer_append_format(&count, ", %zu ready", choice->ready);
    else if (!choice->is_valid)
        buffer_append_string(&count, ", invalid");
    cells_append_padded(&line, buffer_span(&count), is_narrow ? 15 : 22);
    if (!is_narrow)
        cells_append_visible(&line, span_of(choice->reason));
    cells_append_padded(line_list_add(list), buffer_span(&line), width);
}

void choice_view_show(struct menu_view *view, const struct choice_view *shown, size_t width, size_t height) {
    AUTO(line_list) list = {0};
    size_t name_width = 8, room = height > 4 ? height - 4 : 1;
    menu_view_begin(view, width, height);
    for (size_t i = 0; i < shown->count; i++) {
        size_t needed = cells_visible_width(shown->choices[i].name);
        name_width = needed > name_width ? needed : name_width;
    }
    size_t others = width < MENU_VIEW_NARROW ? 17 : 24;
    if (name_width + others > width)
        name_width = width > others + 10 ? width - others : 10;
    for (size_t i = 0; i < shown->count; i++)
        add_choice(&list, shown, i, width, name_width);
    AUTO(buffer) left = {0}, right = {0};
    cells_append_inked(&left, INK_BOLD, " Which plan?");
    buffer_append_format(&right, "%zu plan%s ", shown->count, text_plural(shown->count));
    menu_view_put_both(view, 0, &left, &right);
    menu_view_put_list(view, &list, shown->cursor >= room ? shown->cursor - room + 1 : 0, 2, room);
    if (shown->message)
        menu_view_put_text(view, height - 2, INK_CYAN, shown->message);
    menu_view_put_keys(view, height - 1, shown->keys);
}
