/*
 * The claim store: the claims of one user on this machine, one JSON file an achievement, in a folder that all worktrees
 * of a repository share, or in the workspace's state. See claim_folder.h for where, and claim_authority.h for the
 * calls.
 *
 * Every decision is made under one lock (flock on the file "lock"), which the kernel drops when its process ends. A
 * record is replaced by a rename, so readers take no lock and see whole records. Order: the lock of a batch first, then
 * this one.
 */
#ifndef BATCHD_CLAIM_STORE_H
#define BATCHD_CLAIM_STORE_H

#include <stdbool.h>

#include "base/error.h"
#include "claims/claim_authority.h"
#include "claims/claim_folder.h"
#include "claims/claim_lock.h"
#include "disk/git_folder.h"
#include "plan/workspace.h"

struct claim_store {
    struct claim_authority authority; /* first: what the calls receive is the store */
    struct claim_folder folder;
    struct claim_lock lock;
};

#define CLAIM_STORE_CLOSED ((struct claim_store){.folder = CLAIM_FOLDER_CLOSED, .lock.descriptor = -1})

/*
 * Find the claims of @workspace. Makes nothing: the first take does. @git: what git_folder_find has found, or NULL
 * outside git. Both must outlive the store. Fails as claim_folder_find does.
 */
bool claim_store_open(struct claim_store *store, const struct workspace *workspace, const struct git_folder *git,
                      enum claim_keeping wanted, int lock_timeout_ms, struct error *error);
void claim_store_close(struct claim_store *store);

#endif
