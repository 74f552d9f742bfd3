/*
 * Layout: where the nodes of a layered graph go in a picture, and how its edges run, in whole pixels from the upper
 * left corner of the drawing. Levels come one below the other. A level with more nodes than there are columns takes
 * several lines, so a picture gets longer and not wider than a page.
 *
 * Between two lines lies a channel, in which edges bend; between two columns lies a gutter, in which long edges pass
 * the lines they have nothing to do with. So no edge runs through a node. Edges that come from one node share their
 * track there, and so do those that lead to one.
 *
 * Everything takes nodes and edges times their logarithm, and memory in proportion to nodes and edges, but for one
 * small number for each cell: at most GRAPH_GRID_COLUMNS_MOST a line.
 */
#ifndef BATCHD_GRAPH_LAYOUT_H
#define BATCHD_GRAPH_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#include "picture/graph_grid.h"

enum {
    GRAPH_LAYOUT_NODE_WIDTH = 200,
    GRAPH_LAYOUT_NODE_HEIGHT = 66,
};

struct graph_layout_node {
    uint32_t line, column;
    long x, y; /* upper left corner */
};

/* The edge goes down from the middle of its upper node, bends in the channel below it, and ends at the lower one. */
struct graph_layout_route {
    long start_x, start_y;
    long lane_x; /* a long one passes lines here, from lane_start_y to lane_end_y; else lane_end_y is 0 */
    long lane_start_y, lane_end_y;
    long end_x, end_y;
};

struct graph_layout_line {
    uint32_t level;
    long y;       /* upper edge of its nodes */
    long channel; /* height of the channel below */
};

struct graph_layout {
    uint32_t node_count, line_count, column_count;
    size_t edge_count;
    struct graph_layout_node *nodes;
    struct graph_layout_route *routes; /* by edge */
    struct graph_layout_line *lines;
    long width, height;
};

/* @levels: by node, each below @node_count. The caller owns what is made (graph_layout_release). */
void graph_layout_make(struct graph_layout *layout, const uint32_t *levels, uint32_t node_count,
                       const struct graph_grid_edge *edges, size_t edge_count);
void graph_layout_release(struct graph_layout *layout);

#endif
