/*
 * A text that scrolls, as the menu shows it: an answer, a prompt, a preview, the help.
 */
#ifndef BATCHCTL_TEXT_VIEW_H
#define BATCHCTL_TEXT_VIEW_H

#include "menu/menu.h"
#include "menu/menu_view.h"

/* Fills the view of @menu, which is empty; then it is known whether the text scrolls. */
void text_view_show(struct menu *menu);
/* Its last lines: the message, and the keys. */
void text_view_show_foot(struct menu *menu, const struct menu_view_key *keys);

#endif
