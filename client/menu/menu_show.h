/*
 * What the screen of the menu looks like, and which keys its last line names.
 */
#ifndef BATCHCTL_MENU_SHOW_H
#define BATCHCTL_MENU_SHOW_H

#include <stddef.h>

#include "menu/menu.h"
#include "menu/menu_view.h"

/* Borrowed until the next call. */
const struct menu_view *menu_show(struct menu *menu, size_t width, size_t height);

#endif
