/*
 * Offers: the batches that can be created.
 */
#ifndef BATCHCTL_MENU_OFFERS_H
#define BATCHCTL_MENU_OFFERS_H

#include "menu/menu_model.h"

/* Fills the offers of @model from its items and levels. */
void menu_offers_make(struct menu_model *model);

#endif
