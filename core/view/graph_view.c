#include "view/graph_view.h"

#include <stdint.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "claims/claim_overview.h"
#include "plan/graph.h"
#include "plan/schedule.h"

/* @nodes: by position in the plan, what becomes of it. */
static void add_nodes(struct graph_view *view, const struct item_maker *maker, const struct schedule *schedule,
                      const uint32_t *nodes) {
    const struct plan *plan = maker->plan;
    view->nodes = arena_allocate(maker->arena, view->node_count, sizeof *view->nodes);
    for (uint32_t i = 0; i < plan->dependencies.count; i++) {
        if (nodes[i] == GRAPH_NODE_NOT_LISTED)
            continue;
        struct graph_node *node = &view->nodes[nodes[i]];
        achievement_item_make(&node->item, maker, i);
        node->has_slack = plan->has_graph && schedule->is_open[i];
        node->slack = node->has_slack ? schedule->slacks[i] : 0;
    }
}

static void add_edges(struct graph_view *view, const struct plan *plan, const uint32_t *nodes, struct arena *arena) {
    const struct graph *graph = &plan->dependencies.graph;
    view->edges = arena_allocate(arena, plan->has_graph ? graph->edge_count : 0, sizeof *view->edges);
    for (uint32_t node = 0; plan->has_graph && node < graph->node_count; node++)
        for (uint32_t i = graph->dependencies.start[node]; i < graph->dependencies.start[node + 1]; i++)
            if (nodes[node] != GRAPH_NODE_NOT_LISTED && nodes[graph->dependencies.items[i]] != GRAPH_NODE_NOT_LISTED)
                view->edges[view->edge_count++] = (struct graph_edge){nodes[node], nodes[graph->dependencies.items[i]]};
}

/* By position in the plan, the position among the nodes; the caller frees it. */
static uint32_t *number_nodes(const struct plan *plan, const struct plan_filter *filter, uint32_t *count) {
    AUTO_FREE bool *is_listed = plan_filter_listed(filter, plan);
    uint32_t *nodes = memory_allocate(plan->dependencies.count, sizeof *nodes);
    *count = 0;
    for (size_t i = 0; i < plan->dependencies.count; i++)
        nodes[i] = is_listed[i] ? (*count)++ : GRAPH_NODE_NOT_LISTED;
    return nodes;
}

void graph_view_make(struct graph_view *view, const struct plan *plan, const struct plan_filter *filter,
                     const struct claim_overview *claims, struct arena *arena) {
    uint32_t count;
    AUTO_FREE uint32_t *nodes = number_nodes(plan, filter, &count);
    AUTO(item_maker) maker = {0};
    AUTO(schedule) schedule = {0};
    item_maker_start(&maker, plan, claims, arena);
    schedule_make(&schedule, plan, NULL);
    *view = (struct graph_view){
        .plan = item_text(arena, plan->name),
        .path = item_text(arena, plan->path),
        .is_valid = plan->is_valid,
        .node_count = count,
        .has_levels = plan->has_graph && plan->dependencies.count,
        .hours = hours_view_of_all(&maker),
        .remaining = hours_view_of(&schedule, &maker),
        .critical_path = arena_allocate(arena, schedule.path_length, sizeof *view->critical_path),
    };
    for (uint32_t i = 0; i < schedule.path_length; i++)
        view->critical_path[i] = nodes[schedule.path[i]];
    plan_view_head(&view->head, plan, filter, claims, arena);
    add_nodes(view, &maker, &schedule, nodes);
    add_edges(view, plan, nodes, arena);
}
