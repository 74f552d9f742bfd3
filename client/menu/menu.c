#include "menu/menu.h"

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "menu/menu_entries.h"
#include "menu/menu_model.h"
#include "menu/menu_offers.h"
#include "menu/model_text.h"

void menu_ask(const struct menu *menu, const struct request *request, struct answer *answer) {
    *answer = (struct answer){0};
    menu->host.ask(menu->host.data, request, answer);
}

void menu_say(struct menu *menu, const char *words) {
    buffer_clear(&menu->message);
    buffer_append_string(&menu->message, words);
}

const char *menu_message(const struct menu *menu) {
    return menu->message.length ? menu->message.data : NULL;
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
    if (!menu_model_read(model, answer)) /* an invalid plan has a model, too */
        return false;
    menu_offers_make(model);
    menu_entries_describe(model);
    return true;
}

static void adopt(struct menu *menu, struct menu_model *model) {
    bool was_recommended = menu->cursor == menu->model.recommended;
    menu_model_release(&menu->model);
    menu->model = *model;
    if (was_recommended) /* who has not moved the cursor is taken along */
        menu->cursor = model->recommended;
}

void menu_refresh(struct menu *menu) {
    AUTO(answer) answer = {0};
    struct menu_model model;
    AUTO(buffer) changes = {0};
    if (menu->place == MENU_CHOICE || menu->place == MENU_PREVIEW) /* what a person decides about keeps still */
        return;
    if (read_model(menu, &model, &answer)) {
        model_text_append_changes(&changes, &menu->model, &model);
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

bool menu_open_plan(struct menu *menu, const char *plan, struct answer *answer) {
    struct menu_model model;
    struct buffer path = {0};
    buffer_append_string(&path, plan);
    memory_free(menu->plan);
    menu->plan = path.data;
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
