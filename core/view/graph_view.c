#include "view/graph_view.h"

#include <string.h>

#include "base/auto.h"
#include "claims/claim_overview.h"
#include "plan/graph.h"
#include "plan/schedule.h"

static void add_nodes(struct graph_view *view, const struct item_maker *maker, const struct schedule *schedule) {
    const struct plan *plan = maker->plan;
    view->node_count = (uint32_t)plan->dependencies.count;
    view->nodes = arena_allocate(maker->arena, view->node_count, sizeof *view->nodes);
    for (uint32_t i = 0; i < view->node_count; i++) {
        struct graph_node *node = &view->nodes[i];
        achievement_item_make(&node->item, maker, i);
        node->has_slack = plan->has_graph && schedule->is_open[i];
        node->slack = node->has_slack ? schedule->slacks[i] : 0;
    }
}

static void add_edges(struct graph_view *view, const struct plan *plan, struct arena *arena) {
    const struct graph *graph = &plan->dependencies.graph;
    view->edges = arena_allocate(arena, plan->has_graph ? graph->edge_count : 0, sizeof *view->edges);
    for (uint32_t node = 0; plan->has_graph && node < graph->node_count; node++)
        for (uint32_t i = graph->dependencies.start[node]; i < graph->dependencies.start[node + 1]; i++)
            view->edges[view->edge_count++] = (struct graph_edge){node, graph->dependencies.items[i]};
}

void graph_view_make(struct graph_view *view, const struct plan *plan, const struct claim_overview *claims,
                     struct arena *arena) {
    AUTO(item_maker) maker = {0};
    AUTO(schedule) schedule = {0};
    item_maker_start(&maker, plan, claims, arena);
    schedule_make(&schedule, plan, NULL);
    *view = (struct graph_view){
        .plan = item_text(arena, plan->name),
        .path = item_text(arena, plan->path),
        .is_valid = plan->is_valid,
        .has_levels = plan->has_graph && plan->dependencies.count,
        .hours = hours_view_of_all(&maker),
        .remaining = hours_view_of(&schedule, &maker),
        .critical_path = arena_allocate(arena, schedule.path_length, sizeof *view->critical_path),
    };
    for (uint32_t i = 0; i < schedule.path_length; i++)
        view->critical_path[i] = schedule.path[i];
    add_nodes(view, &maker, &schedule);
    add_edges(view, plan, arena);
}
