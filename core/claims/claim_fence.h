/*
 * The fence of a claim: a batch under it commits only while the claim is the caller's, see batch/fence.h.
 */
#ifndef BATCHD_CLAIM_FENCE_H
#define BATCHD_CLAIM_FENCE_H

#include <stdbool.h>

#include "base/error.h"
#include "batch/fence.h"
#include "claims/claim_authority.h"
#include "claims/claim_handle.h"

/* {0} is valid and closed. Not to be moved while it is open. */
struct claim_fence {
    struct fence fence;
    struct claim_authority *authority; /* borrowed, as @handle */
    const struct claim_handle *handle;
    struct claim_reply reply; /* of the first check */
};

/*
 * Check that the claim is the caller's, and make its fence. @is_optional: see struct fence; then a claim that is
 * lost fails only a batch that it is about. STALE and others, as of hold() of the authority. The caller closes it in
 * any case.
 */
bool claim_fence_open(struct claim_fence *fence, struct claim_authority *authority, const struct claim_handle *handle,
                      bool is_optional, struct error *error);
void claim_fence_close(struct claim_fence *fence);

#endif
