#include "prompt/neighbours.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "plan/graph.h"

/* Level by level, so that the dependencies of a node come before it. */
static void mark_early(struct neighbours *neighbours, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    const struct adjacency *lists = &graph->dependencies;
    for (uint32_t i = 0; i < graph->node_count; i++) {
        uint32_t node = graph->level_nodes.items[i];
        for (uint32_t j = lists->start[node]; j < lists->start[node + 1]; j++)
            neighbours->is_early[node] |= plan_is_open(plan, lists->items[j]) || neighbours->is_early[lists->items[j]];
    }
}

static void find_open(struct neighbours *neighbours, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    const struct adjacency *nodes = &graph->level_nodes;
    uint32_t count = 0;
    for (uint32_t level = 0; level < graph->level_count; level++) {
        neighbours->open_start[level] = count;
        for (uint32_t i = nodes->start[level]; i < nodes->start[level + 1]; i++)
            if (plan_is_open(plan, nodes->items[i]))
                neighbours->open[count++] = nodes->items[i];
    }
    neighbours->open_start[graph->level_count] = count;
}

static void find_ready(struct neighbours *neighbours, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    AUTO_FREE uint32_t *found = memory_allocate(graph->level_count, sizeof *found);
    for (uint32_t node = 0; node < graph->node_count; node++)
        if (plan->standings[node].is_ready && !neighbours->is_early[node] &&
            found[graph->levels[node]]++ <= NEIGHBOURS_MOST)
            neighbours->ready[neighbours->ready_count++] = node;
}

void neighbours_find(struct neighbours *neighbours, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    *neighbours = (struct neighbours){0};
    if (!plan->has_graph)
        return;
    neighbours->open = memory_allocate(graph->node_count, sizeof *neighbours->open);
    neighbours->open_start = memory_allocate((size_t)graph->level_count + 1, sizeof *neighbours->open_start);
    neighbours->ready = memory_allocate(graph->node_count, sizeof *neighbours->ready);
    neighbours->is_early = memory_allocate(graph->node_count, sizeof *neighbours->is_early);
    mark_early(neighbours, plan);
    find_open(neighbours, plan);
    find_ready(neighbours, plan);
}

bool *neighbours_mark_behind(const struct neighbours *neighbours, const struct plan *plan, uint32_t node) {
    const struct graph *graph = &plan->dependencies.graph;
    if (!neighbours->is_early[node])
        return NULL;
    bool *is_behind = memory_allocate(graph->node_count, sizeof *is_behind);
    AUTO_FREE bool *is_any = memory_allocate(graph->node_count, sizeof *is_any);
    AUTO_FREE uint32_t *nodes = memory_allocate(graph->node_count, sizeof *nodes);
    memset(is_any, true, graph->node_count);
    uint32_t count = graph_open_dependencies(graph, node, is_any, nodes);
    for (uint32_t i = 0; i < count; i++)
        is_behind[nodes[i]] = true;
    return is_behind;
}

void neighbours_release(struct neighbours *neighbours) {
    memory_free(neighbours->open);
    memory_free(neighbours->open_start);
    memory_free(neighbours->ready);
    memory_free(neighbours->is_early);
    *neighbours = (struct neighbours){0};
}
