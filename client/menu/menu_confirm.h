/*
 * What follows the confirmation of a preview.
 */
#ifndef BATCHCTL_MENU_CONFIRM_H
#define BATCHCTL_MENU_CONFIRM_H

#include "menu/menu.h"

/* Does just what was seen, and shows the result; or does nothing, says what has changed, and shows the new preview. */
void menu_confirm(struct menu *menu);

#endif
