/*
 * Passages: where edges that are longer than from one line to the next pass the lines between.
 */
#ifndef BATCHD_GRAPH_PASSAGES_H
#define BATCHD_GRAPH_PASSAGES_H

#include <stddef.h>
#include <stdint.h>

#include "picture/graph_grid.h"

struct graph_passage {
    size_t edge;
    uint32_t lane;
    uint32_t owner;                 /* of the track: the node at one end, whichever has more edges there */
    uint32_t first_line, last_line; /* that are passed */
    uint32_t track;
};

/* Lanes from left to right: gutter 0, column 0, gutter 1, column 1, ... */
uint32_t graph_passages_lane(uint32_t column);

/* One for each such edge, in the order of lanes; the caller frees them. @track_counts: by lane, 0 before. */
struct graph_passage *graph_passages_choose(const struct graph_grid *grid, size_t *count, uint32_t *track_counts);

#endif
