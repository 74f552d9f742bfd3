#include "picture/graph_grid.h"

#include "base/memory.h"

void graph_lists_release(struct graph_lists *lists) {
    memory_free(lists->start);
    memory_free(lists->items);
}

/* @owners and @items: two members of each edge, or of anything else that is @stride apart. */
struct graph_lists graph_lists_make(uint32_t owner_count, const uint32_t *owners, const uint32_t *items, size_t stride,
                                    size_t count) {
    struct graph_lists lists = {memory_allocate((size_t)owner_count + 2, sizeof(uint32_t)),
                                memory_allocate(count, sizeof(uint32_t))};
    for (size_t i = 0; i < count; i++)
        lists.start[owners[i * stride] + 2]++;
    for (uint32_t n = 2; n < owner_count + 2; n++)
        lists.start[n] += lists.start[n - 1];
    for (size_t i = 0; i < count; i++)
        lists.items[lists.start[owners[i * stride] + 1]++] = items ? items[i * stride] : (uint32_t)i;
    return lists;
}

void graph_grid_make(struct graph_grid *grid, const uint32_t *levels, uint32_t node_count,
                     const struct graph_grid_edge *edges, size_t edge_count) {
    *grid = (struct graph_grid){.levels = levels, .edges = edges, .edge_count = edge_count, .node_count = node_count};
    for (uint32_t node = 0; node < node_count; node++)
        if (levels[node] >= grid->level_count)
            grid->level_count = levels[node] + 1;
    grid->members = graph_lists_make(grid->level_count, levels, NULL, 1, node_count);
    const uint32_t *ends = (const uint32_t *)edges; /* from, to, from, to, ... */
    grid->above = graph_lists_make(node_count, ends + 1, ends, 2, edge_count);
    grid->below = graph_lists_make(node_count, ends, ends + 1, 2, edge_count);
    grid->lines = memory_allocate(node_count, sizeof *grid->lines);
    grid->cells = memory_allocate(node_count, sizeof *grid->cells);
}

void graph_grid_release(struct graph_grid *grid) {
    graph_lists_release(&grid->members);
    graph_lists_release(&grid->above);
    graph_lists_release(&grid->below);
    memory_free(grid->lines);
    memory_free(grid->cells);
    *grid = (struct graph_grid){0};
}
