/*
 * The lock of a claim store: one for all claims of a workspace, held for a look and a rename. The kernel drops it when
 * its process ends. It comes after the lock of a batch, never before; nothing waits while it is held.
 */
#ifndef BATCHD_CLAIM_LOCK_H
#define BATCHD_CLAIM_LOCK_H

#include <stdbool.h>

#include "base/error.h"
#include "claims/claim_store.h"

/*
 * Take the lock; where the folder of the claims is missing there is nothing to lock, and it succeeds. CONFLICT, with
 * the process that holds it, after the store's timeout; IO. Only claim_lock_drop is to be called after a failure.
 */
bool claim_lock_enter(struct claim_store *store, struct error *error);
void claim_lock_drop(struct claim_store *store);

#endif
