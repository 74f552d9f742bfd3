/*
 * What each key of the menu does: menu_begin, then menu_press and menu_refresh as they come, menu_show whenever
 * something may look different, menu_end.
 *
 * Nothing is created or removed but after a preview and one confirmation, which is passed on as the preview's token.
 */
#ifndef BATCHCTL_MENU_KEYS_H
#define BATCHCTL_MENU_KEYS_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "menu/menu.h"
#include "menu/menu_view.h"

/* Keys are code points; these are none. */
enum menu_key {
    MENU_KEY_UP = 0x110000,
    MENU_KEY_DOWN,
    MENU_KEY_LEFT,
    MENU_KEY_RIGHT,
    MENU_KEY_PAGE_UP,
    MENU_KEY_PAGE_DOWN,
    MENU_KEY_HOME,
    MENU_KEY_END,
    MENU_KEY_ENTER,
    MENU_KEY_BACK, /* Escape, Backspace */
};

/*
 * Begin with the plan that is named, or the only one, or a choice. @menu is filled but for what the host gave. False
 * if there is nothing to begin with: @answer says why, and the caller releases it; else it is empty.
 */
bool menu_begin(struct menu *menu, const char *plan, struct answer *answer);
void menu_end(struct menu *menu);

void menu_press(struct menu *menu, uint32_t key);

/* What the screen looks like; borrowed until the next call. */
const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height);

#endif
