/*
 * Graph view: what graph answers of a plan. All of it is in the arena of the answer.
 */
#ifndef BATCHD_GRAPH_VIEW_H
#define BATCHD_GRAPH_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "claims/claim_overview.h"
#include "plan/plan.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"
#include "view/plan_view.h"

struct graph_node {
    struct achievement_item item;
    bool has_slack; /* not of what is done, or in a plan without a graph */
    double slack;   /* hours that it can wait without delaying the plan */
};

/* Positions of nodes. */
struct graph_edge {
    uint32_t from; /* depends on ... */
    uint32_t to;
};

struct graph_view {
    const char *plan, *path;
    bool is_valid, has_levels;
    struct plan_view head;    /* of the whole plan, without items: its progress, and what is listed of it */
    struct graph_node *nodes; /* those that are listed */
    uint32_t node_count;
    struct graph_edge *edges; /* by the node that they are from */
    size_t edge_count;
    struct hours_view hours, remaining; /* of all, and of what is open */
    uint32_t *critical_path;            /* the nodes of remaining.critical_path; GRAPH_NODE_NOT_LISTED
                                           if they are not */
    struct claims_note claims;          /* what is known of them at all; the caller sets it */
};

#define GRAPH_NODE_NOT_LISTED UINT32_MAX

/* The achievements of @filter, and the edges between them; hours and progress are of the whole plan. */
void graph_view_make(struct graph_view *view, const struct plan *plan, const struct plan_filter *filter,
                     const struct claim_overview *claims, struct arena *arena);

#endif
