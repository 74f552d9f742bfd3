/*
 * The board, the first screen of a plan: its progress, its levels, what is ready, what waits, and the entries of the
 * menu; and the choice of a plan, where the workspace has several. Each adds to the view of @menu all but its foot.
 */
#ifndef BATCHCTL_MENU_BOARD_H
#define BATCHCTL_MENU_BOARD_H

#include "menu/menu.h"

void menu_board_show(struct menu *menu);
void menu_board_show_choice(struct menu *menu);

#endif
