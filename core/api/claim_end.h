/*
 * Claims to their end: the methods "heartbeat" and "release" keep them, or end one.
 */
#ifndef BATCHD_CLAIM_END_H
#define BATCHD_CLAIM_END_H

#include "api/context.h"

/* Renew each of request->handles. STALE names each that is lost; the others are renewed all the same. */
void claim_end_heartbeat(struct context *context);

/*
 * End the claim of the one handle: as done, if request->is_done, else given up; or, without a handle, by force, or by
 * forgetting its mark. Work that is done is submitted first.
 *   PREREQUISITES  what was claimed is not done
 *   STALE          the claim is lost; the fence is another than the one that was shown
 *   NOT_FOUND      there is no such claim or mark
 */
void claim_end_release(struct context *context);

#endif
