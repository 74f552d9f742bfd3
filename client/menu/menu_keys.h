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
#include "menu/key_code.h"
#include "menu/menu.h"

/*
 * Begin with the plan that is named, or the only one, or a choice. @menu is filled but for what the host gave. False
 * if there is nothing to begin with: @answer says why, and the caller releases it; else it is empty.
 */
bool menu_begin(struct menu *menu, const char *plan, struct answer *answer);
void menu_end(struct menu *menu);

void menu_press(struct menu *menu, uint32_t key);

#endif
