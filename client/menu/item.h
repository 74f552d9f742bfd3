/*
 * Items: questions about the achievements of the menu model, and the sets of those that pass one.
 */
#ifndef BATCHCTL_ITEM_H
#define BATCHCTL_ITEM_H

#include <stdbool.h>
#include <stddef.h>

#include "menu/menu_model.h"

typedef bool item_test(const struct menu_model_item *item);

/* Is it ready, with this need? */
bool item_is_for(const struct menu_model_item *item, const char *need);

bool item_is_done(const struct menu_model_item *item);
bool item_is_placeholder(const struct menu_model_item *item);
/* Is there an EXECUTION_TASK that can be worked on now? */
bool item_is_work(const struct menu_model_item *item);
bool item_lacks_subplan(const struct menu_model_item *item);
bool item_lacks_execution(const struct menu_model_item *item);
bool item_is_ready_for_subplan(const struct menu_model_item *item);
bool item_is_ready_for_execution(const struct menu_model_item *item);
/* No EXECUTION_TASK can be made of its SUBPLAN. */
bool item_lacks_design(const struct menu_model_item *item);
/* Only a person can resolve it, and something waits for that. */
bool item_is_to_be_resolved(const struct menu_model_item *item);
/* Sent back by a FIX, and with the SUBPLAN that its rework task needs; or without it. */
bool item_is_to_be_reworked(const struct menu_model_item *item);
bool item_is_sent_back_bare(const struct menu_model_item *item);

/* "2.1, 2.2 and 3 more", of those that pass, in @model's arena; NULL for @positions means all. @found: how many pass.
 */
const char *item_list_ids(struct menu_model *model, const size_t *positions, size_t count, item_test *test,
                          size_t *found);
size_t item_count(const struct menu_model *model, item_test *test);

#endif
