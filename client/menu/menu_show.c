#include "menu/menu_show.h"

#include "menu/item.h"
#include "menu/menu_board.h"
#include "menu/menu_choice.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "menu/text_view.h"

static void show_board(struct menu *menu) {
    struct menu_view_key keys[8] = {{"?", "help"}, {"q", "quit"}};
    size_t count = 2;
    if (menu_model_next(&menu->model, ITEM_IS_SUBMITTED))
        keys[count++] = (struct menu_view_key){"a", "approve"};
    if (menu->batch)
        keys[count++] = (struct menu_view_key){"u", "undo the batch"};
    if (menu_choice_count(menu) > 1)
        keys[count++] = (struct menu_view_key){"b", "plans"};
    keys[count++] = (struct menu_view_key){"1-7 ↑↓ Enter", "choose"};
    menu_board_show(menu, keys);
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

static void show_text(struct menu *menu) {
    struct menu_view_key keys[8];
    text_view_show(menu);
    list_keys(menu, keys);
    text_view_show_foot(menu, keys);
}

const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height) {
    menu_view_begin(&menu->view, width < MENU_VIEW_WIDTH_LEAST ? MENU_VIEW_WIDTH_LEAST : width,
                    height < MENU_VIEW_HEIGHT_LEAST ? MENU_VIEW_HEIGHT_LEAST : height);
    if (menu->place == MENU_CHOICE)
        menu_choice_show(menu);
    else if (menu->place == MENU_BOARD)
        show_board(menu);
    else
        show_text(menu);
    if (menu->is_ascii)
        menu_view_make_ascii(&menu->view);
    return &menu->view;
}
