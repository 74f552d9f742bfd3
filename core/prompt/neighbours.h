/*
 * Neighbours: what can be worked on at the same time as an achievement. They are found once for all prompts of a call,
 * in a time that grows with the plan, and read by each prompt in one that does not.
 */
#ifndef BATCHD_NEIGHBOURS_H
#define BATCHD_NEIGHBOURS_H

#include <stdbool.h>
#include <stdint.h>

#include "plan/plan.h"

enum { NEIGHBOURS_MOST = 40 }; /* listed in a prompt */

/* Nodes of the plan's graph. {0} is valid: a plan without a graph has none. */
struct neighbours {
    uint32_t *open;       /* neither complete nor skipped, level by level */
    uint32_t *open_start; /* of each level, and the end of the last one */
    /*
     * Ready, in the order of the plan, of each level at most NEIGHBOURS_MOST + 1. What depends on something open,
     * through something that was approved before, is not among them: any two of these are independent.
     */
    uint32_t *ready;
    uint32_t ready_count;
    bool *is_early; /* by node: depends on something open, directly or through others */
};

/* @plan must outlive it. */
void neighbours_find(struct neighbours *neighbours, const struct plan *plan);
/* By node: does @node depend on it? NULL if on nothing that is open. The caller frees it. Takes as long as the plan is
 * large, but only where something was approved before what it depends on. */
bool *neighbours_mark_behind(const struct neighbours *neighbours, const struct plan *plan, uint32_t node);
void neighbours_release(struct neighbours *neighbours);

#endif
