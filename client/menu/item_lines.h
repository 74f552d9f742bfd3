/*
 * Achievements as lines, one each: what is ready, what waits, or all of a plan without levels. A long list is cut, and
 * its last line says so.
 */
#ifndef BATCHCTL_ITEM_LINES_H
#define BATCHCTL_ITEM_LINES_H

#include <stddef.h>

#include "menu/cells.h"
#include "menu/menu_model.h"
#include "menu/menu_view.h"
#include "view/achievement_item.h"

/* Each appends to @list, for a terminal of @width cells. */
void item_lines_add_ready(struct line_list *list, const struct menu_model *model, size_t width);
void item_lines_add_waiting(struct line_list *list, const struct menu_model *model, size_t width);
void item_lines_add_unordered(struct line_list *list, const struct menu_model *model, size_t width);

/* The mark of its state, and the ink for it. */
const char *item_lines_mark(const struct achievement_item *item, enum ink *ink);

#endif
