/*
 * The entries of the menu: what each is about now, or why there is nothing to do; and the batches that two of them
 * offer.
 */
#ifndef BATCHCTL_MENU_ENTRIES_H
#define BATCHCTL_MENU_ENTRIES_H

#include "menu/menu_model.h"

/* Fills the entries and offers of @model from its items and levels. */
void menu_entries_describe(struct menu_model *model);

#endif
