/*
 * A transaction: a batch or an undo is previewed or, under the lock of the journal, made again and applied. The same
 * steps for both: see batch_transaction.h and undo_method.h.
 */
#ifndef BATCHD_TRANSACTION_H
#define BATCHD_TRANSACTION_H

#include <stdbool.h>
#include <stddef.h>

#include "api/context.h"
#include "base/error.h"
#include "batch/fence.h"
#include "batch/journal.h"

struct transaction {
    /*
     * Make @subject as things are now, and the answer from it. Called again under the lock, with what it has made
     * released and the diagnostics of the answer empty.
     */
    bool (*make)(struct context *context, void *subject, struct error *error);
    /* The files that are to be created or removed; 0: there is nothing to apply. */
    size_t (*count)(const void *subject);
    /* Is one of them of the fence's claim? */
    bool (*is_about)(const void *subject, const struct fence *fence);
    /* Apply what was made, and make the answer from what was recorded. */
    bool (*apply)(struct context *context, void *subject, struct journal *journal, struct error *error);
    /* What make has made. */
    void (*release)(void *subject);
};

/*
 * Preview it, or make and apply it, as the request says; the caller releases @subject. What is left of a batch that
 * died is tidied up also if there is nothing to apply.
 *   OWNER and others  see ownership_check, journal_open and fence_choose; and those of make and apply
 */
bool transaction_run(struct context *context, const struct transaction *transaction, void *subject,
                     struct error *error);

#endif
