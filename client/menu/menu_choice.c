#include "menu/menu_choice.h"

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "menu/cells.h"
#include "menu/menu_view.h"
#include "plan/standing.h"
#include "view/plan_view.h"

static const struct plan_list *choices_of(const struct menu *menu) {
    return menu->choices.view;
}

size_t menu_choice_count(const struct menu *menu) {
    return choices_of(menu) ? choices_of(menu)->count : 0;
}

bool menu_choice_find(struct menu *menu, const char *plan, struct answer *answer) {
    const struct request request = {.method = "status", .plan = plan};
    answer_release(&menu->choices);
    menu_ask(menu, &request, answer);
    if (!answer->view)
        return false;
    menu->choices = *answer;
    *answer = (struct answer){0};
    menu->choice = menu->choice < menu_choice_count(menu) ? menu->choice : 0;
    return true;
}

bool menu_choice_open(struct menu *menu, struct answer *answer) {
    menu->batch = 0;
    return menu_open_plan(menu, choices_of(menu)->plans[menu->choice].path, answer);
}

void menu_choice_take(struct menu *menu) {
    AUTO(answer) answer = {0};
    if (!menu_choice_open(menu, &answer))
        menu_say(menu, menu_failure(&answer));
}

void menu_choice_return(struct menu *menu) {
    AUTO(answer) answer = {0};
    if (menu_choice_find(menu, NULL, &answer) && menu_choice_count(menu) > 1)
        menu->place = MENU_CHOICE;
    else
        menu_say(menu, "This is the only plan here.");
}

static void add_choice(struct line_list *list, const struct plan_view *plan, bool is_chosen, size_t width,
                       size_t name_width) {
    AUTO(buffer) line = {0}, count = {0};
    cells_append_ink(&line, is_chosen ? INK_CHOSEN : INK_PLAIN);
    buffer_append_string(&line, is_chosen ? "▸ " : "  ");
    cells_append_column(&line, plan->path, name_width);
    bool is_narrow = width < MENU_VIEW_NARROW;
    buffer_append_format(&count, is_narrow ? "  %zu/%zu" : "  %zu of %zu",
                         plan->counts[STATE_COMPLETE] + plan->counts[STATE_SKIPPED], plan->total);
    if (plan->is_valid && plan->ready)
        buffer_append_format(&count, ", %zu ready", plan->ready);
    else if (!plan->is_valid)
        buffer_append_string(&count, ", invalid");
    cells_append_padded(&line, buffer_span(&count), is_narrow ? 15 : 22);
    if (!is_narrow)
        cells_append_visible(&line, span_of(plan->next.reason));
    cells_append_padded(line_list_add(list), buffer_span(&line), width);
}

/* The width of the names, as far as there is room beside the rest. */
static size_t name_width(const struct plan_list *plans, size_t width) {
    size_t most = 8, others = width < MENU_VIEW_NARROW ? 17 : 24;
    for (size_t i = 0; i < plans->count; i++) {
        size_t needed = cells_visible_width(plans->plans[i].path);
        most = needed > most ? needed : most;
    }
    return most + others <= width ? most : width > others + 10 ? width - others : 10;
}

void menu_choice_show(struct menu *menu) {
    static const struct menu_view_key keys[] = {{"↑↓", "choose"}, {"Enter", "open"}, {"q", "quit"}, {0}};
    const struct plan_list *plans = choices_of(menu);
    struct menu_view *view = &menu->view;
    AUTO(line_list) list = {0};
    AUTO(buffer) left = {0}, right = {0};
    size_t room = view->height > 4 ? view->height - 4 : 1;
    for (size_t i = 0; i < plans->count; i++)
        add_choice(&list, &plans->plans[i], i == menu->choice, view->width, name_width(plans, view->width));
    cells_append_inked(&left, INK_BOLD, " Which plan?");
    buffer_append_format(&right, "%zu plan%s ", plans->count, text_plural(plans->count));
    menu_view_put_both(view, 0, &left, &right);
    menu_view_put_list(view, &list, menu->choice >= room ? menu->choice - room + 1 : 0, 2, room);
    if (menu_message(menu))
        menu_view_put_text(view, view->height - 2, INK_CYAN, menu_message(menu));
    menu_view_put_keys(view, view->height - 1, keys);
}
