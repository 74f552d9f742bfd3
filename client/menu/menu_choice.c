#include "menu/menu_choice.h"

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "format/json.h"
#include "menu/choice_view.h"
#include "menu/key_code.h"
#include "render/styled_text.h"

static void read_choices(struct menu *menu) {
    const cJSON *plans = json_get(menu->choice_json.root, "plans");
    menu->choice_count = styled_text_count(menu->choice_json.root, "plans");
    menu->choices = memory_allocate(menu->choice_count + 1, sizeof *menu->choices);
    struct plan_choice *choice = menu->choices;
    for (const cJSON *plan = plans ? plans->child : NULL; plan; plan = plan->next, choice++) {
        const cJSON *progress = json_get(plan, "progress");
        *choice = (struct plan_choice){
            .name = styled_text_string(plan, "path"),
            .reason = styled_text_string(plan, "reason"),
            .done = json_get_unsigned(progress, "complete") + json_get_unsigned(progress, "skipped"),
            .total = json_get_unsigned(progress, "total"),
            .ready = json_get_unsigned(progress, "ready"),
            .is_valid = json_get_boolean(plan, "valid"),
        };
    }
}

void menu_choice_release(struct menu *menu) {
    json_release(&menu->choice_json);
    buffer_release(&menu->choice_text);
    memory_free(menu->choices);
    menu->choices = NULL;
    menu->choice_count = 0;
}

bool menu_choice_find(struct menu *menu, const char *plan, struct answer *answer) {
    const struct request request = {.method = "status", .plan = plan};
    menu_choice_release(menu);
    menu_ask(menu, &request, answer);
    if (answer->data.length == 0)
        return false;
    menu->choice_text = answer->data;
    answer->data = (struct buffer){0};
    if (!json_read_ours(&menu->choice_json, buffer_span(&menu->choice_text)))
        return false;
    read_choices(menu);
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
