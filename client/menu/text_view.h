/*
 * A text that scrolls, as the menu shows it: an answer, a prompt, a preview, the help.
 */
#ifndef BATCHCTL_TEXT_VIEW_H
#define BATCHCTL_TEXT_VIEW_H

#include "menu/menu.h"

/* Fills the view of @menu, which is empty. */
void text_view_show(struct menu *menu);

#endif
