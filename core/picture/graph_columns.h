/*
 * Columns: which cell of the grid each node gets, so that few edges cross and none runs far sideways.
 */
#ifndef BATCHD_GRAPH_COLUMNS_H
#define BATCHD_GRAPH_COLUMNS_H

#include "picture/graph_grid.h"

/*
 * Sets the columns of @grid, and by node its cell, and its line within its level. The members of each level are put in
 * the order from left to right.
 */
void graph_columns_choose(struct graph_grid *grid);

#endif
