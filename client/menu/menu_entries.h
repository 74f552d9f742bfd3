/*
 * The entries of the menu: what each is about now, or why there is nothing to do.
 */
#ifndef BATCHCTL_MENU_ENTRIES_H
#define BATCHCTL_MENU_ENTRIES_H

#include "menu/menu_model.h"

/* Fills the entries of @model, which has its offers. */
void menu_entries_describe(struct menu_model *model);

#endif
