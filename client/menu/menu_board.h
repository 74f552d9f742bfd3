/*
 * The board, the first screen of a plan: its progress, its levels, what is ready, what waits, and the entries of the
 * menu.
 */
#ifndef BATCHCTL_MENU_BOARD_H
#define BATCHCTL_MENU_BOARD_H

#include "menu/menu.h"

/* Fills the view of @menu, which is empty. */
void menu_board_show(struct menu *menu);

#endif
