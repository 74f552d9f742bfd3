/*
 * The prompts of an answer, one at a time.
 */
#ifndef BATCHCTL_MENU_PROMPTS_H
#define BATCHCTL_MENU_PROMPTS_H

#include <stdbool.h>

#include "menu/menu.h"
#include "plan/selection.h"

/* @first: the id whose prompt is shown first, or NULL. */
void menu_prompts_show(struct menu *menu, const char *kind, enum selection_kind selection, const char *first);

/* For what is to be done next. */
void menu_prompts_show_next(struct menu *menu);

/* The next one or the previous one, round and round. */
void menu_prompts_turn(struct menu *menu, bool is_forward);

#endif
