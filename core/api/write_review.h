/*
 * The methods of a review: submit, approve, reject, skip, adopt, reopen.
 */
#ifndef BATCHD_WRITE_REVIEW_H
#define BATCHD_WRITE_REVIEW_H

#include "api/context.h"
#include "batch/undo.h"

void review_handle(struct context *context);

/* A warning for each achievement that is open again once @undo is done, and that others depend on. */
void review_warn_of_undo(struct context *context, const struct undo *undo);

#endif
