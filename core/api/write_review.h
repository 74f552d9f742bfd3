/*
 * The methods of a review: submit, approve, reject, skip, adopt, reopen.
 */
#ifndef BATCHD_WRITE_REVIEW_H
#define BATCHD_WRITE_REVIEW_H

#include "api/context.h"

void review_handle(struct context *context);

#endif
