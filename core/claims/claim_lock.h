/*
 * The lock of claims: one for all claims of a workspace, held for a look and a rename. The kernel drops it when its
 * process ends. It comes after the lock of a batch, never before; nothing waits while it is held.
 */
#ifndef BATCHD_CLAIM_LOCK_H
#define BATCHD_CLAIM_LOCK_H

#include <stdbool.h>

#include "base/error.h"
#include "claims/claim_folder.h"

struct claim_lock {
    int timeout_ms;
    int descriptor; /* while it is held; -1 */
};

/*
 * Take the lock; where the folder of the claims is missing there is nothing to lock, and it succeeds. CONFLICT, with
 * the process that holds it, after the timeout; IO. claim_lock_drop may be called after a failure, too.
 */
bool claim_lock_enter(struct claim_lock *lock, struct claim_folder *folder, struct error *error);
void claim_lock_drop(struct claim_lock *lock);

#endif
