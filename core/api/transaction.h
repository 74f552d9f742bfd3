/*
 * A transaction: a batch is previewed or, under the lock of the journal, made again and applied. The same steps,
 * whatever the batch is made of.
 */
#ifndef BATCHD_TRANSACTION_H
#define BATCHD_TRANSACTION_H

#include <stdbool.h>

#include "api/context.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/journal.h"
#include "batch/record.h"
#include "view/batch_view.h"

struct transaction {
    const void *subject;
    /* Make the batch as things are now, without its token. Called again under the lock. */
    bool (*make)(struct context *context, const void *subject, struct batch *batch, struct error *error);
    /* Add to the answer's view what only this method knows; or NULL. @committed: what was recorded, or NULL. */
    void (*add)(struct context *context, const struct record *committed, struct batch_view *view);
};

/* Preview it, or make and apply it, as the request says. Releases @error, which is not set. */
void transaction_run(struct context *context, const struct transaction *transaction, struct error *error);

/*
 * Open the journal for a method that writes; from then on the context sees the workspace itself. The caller closes it.
 *   OWNER and others  see ownership_check and journal_open
 */
bool transaction_open_journal(struct context *context, struct journal *journal, struct error *error);

/* The error of a batch with files that could not be created. */
void transaction_set_partial(const struct record *record, struct error *error);

#endif
