/*
 * The methods that write EXECUTION_TASKs and SUBPLANs: create and retry.
 */
#ifndef BATCHD_WRITE_METHODS_H
#define BATCHD_WRITE_METHODS_H

#include "api/context.h"

/*
 * Preview the batch, or create its files: those that are missing, or those that an earlier batch could not create. The
 * codes of batch_make and transaction_run are the outcome of the answer.
 */
void write_methods_create(struct context *context);
void write_methods_retry(struct context *context);

#endif
