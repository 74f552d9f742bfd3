#include "menu/menu_show.h"

#include "base/buffer.h"
#include "menu/choice_view.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "menu/model_view.h"
#include "menu/text_view.h"

static void show_model(struct menu *menu, size_t width, size_t height) {
    struct menu_view_key keys[8] = {{"?", "help"}, {"q", "quit"}};
    size_t count = 2;
    if (menu_model_next_review(&menu->model))
        keys[count++] = (struct menu_view_key){"a", "approve"};
    if (menu->batch)
        keys[count++] = (struct menu_view_key){"u", "undo the batch"};
    if (menu->choice_count > 1)
        keys[count++] = (struct menu_view_key){"b", "plans"};
    keys[count++] = (struct menu_view_key){"1-7 ↑↓ Enter", "choose"};
    const struct model_view shown = {&menu->model, menu->cursor, menu->scroll, menu_message(menu), menu->is_live, keys};
    model_view_show(&menu->view, &shown, width, height);
    menu->scroll = menu->view.scroll;
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

static void show_text(struct menu *menu, size_t width, size_t height) {
    struct menu_view_key keys[8];
    struct text_view shown = {
        .title = buffer_text(&menu->title),
        .notice = menu->notice.length ? menu->notice.data : NULL,
        .text = buffer_text(&menu->text),
        .is_picture = menu->is_picture,
        .scroll = menu->text_scroll,
        .message = menu_message(menu),
        .keys = keys,
    };
    list_keys(menu, keys);
    text_view_show(&menu->view, &shown, width, height);
    list_keys(menu, keys); /* whether it scrolls is known only now */
    text_view_show(&menu->view, &shown, width, height);
    menu->text_scroll = menu->view.scroll;
}

static void show_choice(struct menu *menu, size_t width, size_t height) {
    static const struct menu_view_key keys[] = {{"↑↓", "choose"}, {"Enter", "open"}, {"q", "quit"}, {0}};
    const struct choice_view shown = {menu->choices, menu->choice_count, menu->choice, menu_message(menu), keys};
    choice_view_show(&menu->view, &shown, width, height);
}

const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height) {
    width = width < MENU_VIEW_WIDTH_LEAST ? MENU_VIEW_WIDTH_LEAST : width;
    height = height < MENU_VIEW_HEIGHT_LEAST ? MENU_VIEW_HEIGHT_LEAST : height;
    if (menu->place == MENU_CHOICE)
        show_choice(menu, width, height);
    else if (menu->place == MENU_BOARD)
        show_model(menu, width, height);
    else
        show_text(menu, width, height);
    if (menu->is_ascii)
        menu_view_make_ascii(&menu->view);
    return &menu->view;
}
