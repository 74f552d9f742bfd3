/*
 * The levels of a plan as lines: "Level 2  ░░░  0 of 3  ▶ 2.1 ▶ 2.2".
 */
#ifndef BATCHCTL_LEVEL_LINES_H
#define BATCHCTL_LEVEL_LINES_H

#include <stddef.h>

#include "menu/line_list.h"
#include "menu/menu_model.h"

/* Runs of complete levels take one line; runs of later ones, too, if there are more than @most. */
void level_lines_add(struct line_list *list, const struct menu_model *model, size_t width, size_t most);

#endif
