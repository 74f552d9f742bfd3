/*
 * The transaction of a batch: of create, retry, init, import, and the kinds of a review.
 */
#ifndef BATCHD_BATCH_TRANSACTION_H
#define BATCHD_BATCH_TRANSACTION_H

#include <stdbool.h>

#include "api/context.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/record.h"

/* Make the batch of @subject as things are now, without its token. Called again under the lock. */
typedef bool batch_maker(struct context *context, const void *subject, struct batch *batch, struct error *error);

/* Preview it, or make and apply it, as the request says. Releases @error, which is not set. */
void batch_transaction_run(struct context *context, batch_maker *make, const void *subject, struct error *error);

/* The error of a batch with files that could not be created. */
void batch_transaction_set_partial(const struct record *record, struct error *error);

#endif
