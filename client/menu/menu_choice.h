/*
 * The choice of a plan: what its keys do.
 */
#ifndef BATCHCTL_MENU_CHOICE_H
#define BATCHCTL_MENU_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "menu/key_code.h"
#include "menu/menu.h"

/* Reads all plans, or the one that @plan names. False if there is no answer: @answer says why. The caller releases it.
 */
bool menu_choice_find(struct menu *menu, const char *plan, struct answer *answer);
void menu_choice_release(struct menu *menu);

void menu_choice_press(struct menu *menu, uint32_t key);

/* Back to the choice, if there is one. */
void menu_choice_return(struct menu *menu);

#endif
