/*
 * The choice of a plan, where the workspace has several.
 */
#ifndef BATCHCTL_MENU_CHOICE_H
#define BATCHCTL_MENU_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "api/answer.h"
#include "menu/menu.h"

/* Reads all plans, or the one that @plan names. False if there is no answer: @answer says why. The caller releases it.
 */
bool menu_choice_find(struct menu *menu, const char *plan, struct answer *answer);
size_t menu_choice_count(const struct menu *menu);
/* Opens the plan at the cursor, as menu_open_plan; or says why it cannot be opened. */
bool menu_choice_open(struct menu *menu, struct answer *answer);
void menu_choice_take(struct menu *menu);

/* Fills the view of @menu, which is empty. */
void menu_choice_show(struct menu *menu);

/* Back to the choice, if there is one. */
void menu_choice_return(struct menu *menu);

#endif
