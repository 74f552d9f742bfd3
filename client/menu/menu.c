#include "menu/menu.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "menu/menu_model.h"
#include "plan/achievement.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

void menu_ask(const struct menu *menu, const struct request *request, struct answer *answer) {
    *answer = (struct answer){0};
    menu->host.ask(menu->host.data, request, answer);
}

void menu_say(struct menu *menu, const char *words) {
    buffer_clear(&menu->message);
    buffer_append_string(&menu->message, words);
}

const char *menu_failure(const struct answer *answer) {
    for (size_t i = answer->diagnostics.count; i > 0; i--)
        if (answer->diagnostics.items[i - 1].severity == SEVERITY_ERROR)
            return answer->diagnostics.items[i - 1].message;
    return "there is no answer";
}

static bool read_model(struct menu *menu, struct menu_model *model, struct answer *answer) {
    const struct request request = {.method = "status", .plan = menu->plan};
    menu_ask(menu, &request, answer);
    return menu_model_read(model, answer); /* an invalid plan has a model, too */
}

static void adopt(struct menu *menu, struct menu_model *model) {
    bool was_recommended = menu->cursor == menu->model.recommended;
    menu_model_release(&menu->model);
    menu->model = *model;
    if (was_recommended) /* who has not moved the cursor is taken along */
        menu->cursor = model->recommended;
}

/* What has changed from @old, in one line; nothing if nothing has. */
static void append_changes(struct buffer *text, const struct menu_model *old, const struct menu_model *model) {
    enum { SHOWN_MOST = 3 };
    size_t found = 0;
    if (old->plan && old->plan->is_valid != model->plan->is_valid)
        buffer_append_string(text, model->plan->is_valid ? "the plan is valid now" : "the plan is invalid now");
    for (size_t i = 0; i < model->all.count; i++) {
        const struct achievement_item *item = model->all.items[i];
        bool is_old = i < old->all.count && strcmp(old->all.items[i]->id, item->id) == 0;
        const char *label = achievement_label(&item->standing);
        const char *before = is_old ? achievement_label(&old->all.items[i]->standing) : NULL;
        if ((before && strcmp(before, label) == 0) || ++found > SHOWN_MOST)
            continue;
        buffer_append_format(text, "%s%s: ", text->length ? "; " : "", item->id);
        if (!before)
            buffer_append_string(text, "new");
        else
            buffer_append_format(text, "%s → %s", before, label);
    }
    if (found > SHOWN_MOST)
        buffer_append_format(text, "; and %zu more", found - SHOWN_MOST);
}

void menu_refresh(struct menu *menu) {
    AUTO(answer) answer = {0};
    struct menu_model model;
    AUTO(buffer) changes = {0};
    if (menu->place == MENU_CHOICE || menu->place == MENU_PREVIEW) /* what a person decides about keeps still */
        return;
    if (read_model(menu, &model, &answer)) {
        append_changes(&changes, &menu->model, &model);
        if (changes.length)
            menu_say(menu, changes.data);
        adopt(menu, &model);
    } else {
        menu_say(menu, menu_failure(&answer));
    }
}

void menu_refresh_quietly(struct menu *menu) {
    menu_refresh(menu);
    buffer_clear(&menu->message);
}

/* --- the choice of a plan --- */

const struct plan_list *menu_plans(const struct menu *menu) {
    return menu->choices.view;
}

bool menu_find_plans(struct menu *menu, const char *plan, struct answer *answer) {
    const struct request request = {.method = "status", .plan = plan};
    menu_ask(menu, &request, answer);
    if (!answer->view)
        return false;
    answer_release(&menu->choices);
    menu->choices = *answer;
    *answer = (struct answer){0};
    menu->choice = menu->choice < menu_plans(menu)->count ? menu->choice : 0;
    return true;
}

bool menu_open_plan(struct menu *menu, struct answer *answer) {
    struct menu_model model;
    memory_free(menu->plan);
    menu->plan = memory_copy(menu_plans(menu)->plans[menu->choice].path);
    menu->batch = 0;
    if (!read_model(menu, &model, answer))
        return false;
    menu_model_release(&menu->model);
    menu->model = model;
    menu->cursor = model.recommended;
    menu->scroll = 0;
    menu->place = MENU_BOARD;
    answer_release(answer);
    return true;
}
