/*
 * Achievement view: what show and why answer of one achievement. All of it is in the arena of the answer.
 */
#ifndef BATCHD_ACHIEVEMENT_VIEW_H
#define BATCHD_ACHIEVEMENT_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "claims/claim_overview.h"
#include "disk/files.h"
#include "plan/plan.h"
#include "view/achievement_item.h"
#include "view/claim_item.h"

struct sub_execution_view {
    const char *id, *title; /* title: or NULL */
};

/* An open achievement that another one waits for, directly or not. */
struct obstacle {
    struct achievement_item item;
    const char *ends_with; /* the file whose existence ends the wait */
};

struct achievement_view {
    const char *plan, *path;
    bool is_valid; /* the plan */
    struct claims_note claims;
    struct achievement_item item;
    struct ids dependents;

    /* show */
    bool has_slack; /* not of what is done, or in a plan without a graph */
    double slack;   /* hours that it can wait without delaying the plan */
    struct sub_execution_view *sub_executions;
    size_t sub_execution_count;
    const char *objective; /* of its SUBPLAN, in lines; or NULL */

    /* why */
    struct obstacle *obstacles;
    size_t obstacle_count;
    struct ids blocked;          /* all that is open and waits for it, directly or not */
    struct ids would_make_ready; /* by being complete */
};

/* @files: to read the SUBPLAN's objective. */
void achievement_view_show(struct achievement_view *view, const struct plan *plan, size_t position,
                           const struct claim_overview *claims, const struct files *files, struct arena *arena);
void achievement_view_why(struct achievement_view *view, const struct plan *plan, size_t position,
                          const struct claim_overview *claims, struct arena *arena);

#endif
