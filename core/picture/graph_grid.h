/*
 * The grid of a drawing: its nodes in columns and lines, before they have pixels.
 */
#ifndef BATCHD_GRAPH_GRID_H
#define BATCHD_GRAPH_GRID_H

#include <stddef.h>
#include <stdint.h>

enum { GRAPH_GRID_COLUMNS_MOST = 40 };

struct graph_grid_edge {
    uint32_t from, to; /* from a node of a lower level down to one of a higher level */
};

/* A list of nodes for each node or level: those of n are items[start[n]] to items[start[n + 1]]. */
struct graph_lists {
    uint32_t *start, *items;
};

/* What is worked with: a drawing in columns and lines, before it has pixels. */
struct graph_grid {
    const uint32_t *levels;
    const struct graph_grid_edge *edges;
    size_t edge_count;
    uint32_t node_count, level_count, line_count, columns;
    struct graph_lists members; /* of each level, from left to right */
    struct graph_lists above, below;
    uint32_t *lines; /* by node, within its level until they are numbered */
    uint32_t *cells; /* by node: its column */
};

/* @levels: by node, each below @node_count; borrowed, as @edges are. Columns, lines and cells are 0. */
void graph_grid_make(struct graph_grid *grid, const uint32_t *levels, uint32_t node_count,
                     const struct graph_grid_edge *edges, size_t edge_count);
void graph_grid_release(struct graph_grid *grid);

/*
 * @owners and @items: two members of each edge, or of anything else that is @stride apart. Without @items those of an
 * owner are the positions. The caller releases it.
 */
struct graph_lists graph_lists_make(uint32_t owner_count, const uint32_t *owners, const uint32_t *items, size_t stride,
                                    size_t count);
void graph_lists_release(struct graph_lists *lists);

#endif
