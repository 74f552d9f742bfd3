#include "menu/menu_choice.h"

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "menu/choice_view.h"
#include "menu/key_code.h"
#include "plan/standing.h"
#include "view/plan_view.h"

static void read_choices(struct menu *menu, const struct plan_list *list) {
    menu->choice_count = list->count;
    menu->choices = memory_allocate(menu->choice_count + 1, sizeof *menu->choices);
    for (size_t i = 0; i < list->count; i++) {
        const struct plan_view *plan = &list->plans[i];
        menu->choices[i] = (struct plan_choice){
            .name = plan->path,
            .reason = plan->next.reason,
            .done = plan->counts[STATE_COMPLETE] + plan->counts[STATE_SKIPPED],
            .total = plan->total,
            .ready = plan->ready,
            .is_valid = plan->is_valid,
        };
    }
}

void menu_choice_release(struct menu *menu) {
    answer_release(&menu->choice_answer);
    memory_free(menu->choices);
    menu->choices = NULL;
    menu->choice_count = 0;
}

bool menu_choice_find(struct menu *menu, const char *plan, struct answer *answer) {
    const struct request request = {.method = "status", .plan = plan};
    menu_choice_release(menu);
    menu_ask(menu, &request, answer);
    if (!answer->view)
        return false;
    menu->choice_answer = *answer;
    *answer = (struct answer){0};
    read_choices(menu, menu->choice_answer.view);
    menu->choice = menu->choice < menu->choice_count ? menu->choice : 0;
    return true;
}

static void choose(struct menu *menu) {
    AUTO(answer) answer = {0};
    AUTO(buffer) plan = {0};
    if (menu->choice >= menu->choice_count)
        return;
    buffer_append_string(&plan, menu->choices[menu->choice].name);
    menu->batch = 0;
    if (!menu_open_plan(menu, plan.data, &answer))
        menu_say(menu, menu_failure(&answer));
}

void menu_choice_return(struct menu *menu) {
    AUTO(answer) answer = {0};
    if (menu_choice_find(menu, NULL, &answer) && menu->choice_count > 1)
        menu->place = MENU_CHOICE;
    else
        menu_say(menu, "This is the only plan here.");
}

void menu_choice_press(struct menu *menu, uint32_t key) {
    if ((key == MENU_KEY_UP || key == 'k') && menu->choice > 0)
        menu->choice--;
    else if ((key == MENU_KEY_DOWN || key == 'j') && menu->choice + 1 < menu->choice_count)
        menu->choice++;
    else if (key == MENU_KEY_HOME || key == 'g')
        menu->choice = 0;
    else if (key == MENU_KEY_END || key == 'G')
        menu->choice = menu->choice_count - 1;
    else if (key >= '1' && key <= '9' && key - '1' < menu->choice_count)
        menu->choice = key - '1';
    else if (key == MENU_KEY_ENTER || key == MENU_KEY_RIGHT)
        choose(menu);
    else if (key == 'q')
        menu->is_over = true;
}
