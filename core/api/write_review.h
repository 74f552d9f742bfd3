/*
 * The methods of a review: submit, approve, reject, skip, adopt, reopen.
 */
#ifndef BATCHD_WRITE_REVIEW_H
#define BATCHD_WRITE_REVIEW_H

#include "api/context.h"

/* The methods "submit", "approve", "reject", "skip", "reopen" and "adopt": preview what is written, or write it. */
void review_handle(struct context *context);

#endif
