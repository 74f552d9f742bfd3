/*
 * Published plans: what was published about each plan of a workspace, in the order of its plans.
 */
#ifndef BATCHD_PUBLISHED_PLANS_H
#define BATCHD_PUBLISHED_PLANS_H

#include <stddef.h>
#include <stdint.h>

#include "base/string_map.h"
#include "view/changes.h"
#include "view/claim_changes.h"

/* {0}: nothing yet, as it was never read. */
struct published_plan {
    struct published_state *state;
    struct published_claims *claims;
    uint64_t generation, claims_generation; /* for the owner: of what all was published of; 0: never */
};

/* {0} is empty. */
struct published_plans {
    struct published_plan *plans; /* as many as the workspace had when they were arranged */
    size_t count;
};

/*
 * The workspace has @count plans now, @positions by path: those that were published before get their positions, and
 * those that are gone are published as removed.
 */
void published_plans_arrange(struct published_plans *published, const struct string_map *positions, size_t count,
                             const struct changes_sink *sink);
void published_plans_release(struct published_plans *published);

#endif
