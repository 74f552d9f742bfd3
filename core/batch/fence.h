/*
 * A fence: a claim that must still be the caller's when a batch commits. To the journal it is a check that is made
 * right before the move that commits, and held over it; whose claim it is, is known elsewhere (claims/claim_fence.h).
 */
#ifndef BATCHD_FENCE_H
#define BATCHD_FENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* Texts borrowed. */
struct fence {
    const char *plan, *id; /* of the claim: the path of its plan, and the achievement */
    uint64_t number;
    const char *by;
    bool is_optional; /* a batch of other achievements does without it */
    /* STALE if the claim is no longer the caller's, and others. No other process can take it until drop. */
    bool (*hold)(void *data, struct error *error);
    void (*drop)(void *data);
    void *data;
};

/* Is the fence's claim on @id of the plan @plan, or on the achievement that @id is a part of ("1.1" for "1.1.2")? */
bool fence_is_about(const struct fence *fence, const char *plan, const char *id);

/*
 * The fence that a batch has to pass, into @needed: NULL if @fence is NULL, or is optional and the batch is of other
 * achievements. @is_about: one of the batch's files is of its claim. USAGE if it is not, and the fence is not optional.
 */
bool fence_choose(const struct fence *fence, bool is_about, const struct fence **needed, struct error *error);

/* For NULL: true, and nothing. */
bool fence_hold(const struct fence *fence, struct error *error);
void fence_drop(const struct fence *fence);

#endif
