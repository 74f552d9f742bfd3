/*
 * What-if view: what changes in a plan if achievements were complete. All of it is in the arena of the answer.
 */
#ifndef BATCHD_WHAT_IF_VIEW_H
#define BATCHD_WHAT_IF_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "plan/plan.h"
#include "view/achievement_item.h"
#include "view/plan_view.h"

/* Achievements, each once. */
struct item_list {
    struct achievement_item *items;
    size_t count;
};

struct what_if_view {
    const char *plan, *path;
    bool is_valid;
    struct item_list assumed; /* the open ones that are named; blocked_by: what of it would still be open */
    struct ids closed;        /* those that are done already */
    bool has_unblock;
    struct achievement_item unblock; /* what is to become ready */
    struct item_list steps;          /* what it waits for, dependencies first, assumed as well; as above */
    struct hours_view step_hours;
    struct item_list ready; /* that would become so */
    uint32_t *levels;       /* that would be complete then */
    size_t level_count;
    struct hours_view before, after; /* what is left */
};

/* Positions in the plan. */
struct what_if_question {
    const size_t *named; /* taken for complete; may name one twice */
    size_t named_count;
    size_t unblock; /* SIZE_MAX if nothing is to be unblocked */
};

/* @plan has a graph. */
void what_if_view_make(struct what_if_view *view, const struct plan *plan, const struct what_if_question *question,
                       struct arena *arena);

#endif
