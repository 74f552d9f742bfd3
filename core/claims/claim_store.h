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
#include "disk/files.h"
#include "plan/workspace.h"

/* Where claims are kept, as the user's or the system's configuration says: [claims] folder. */
enum claim_keeping { CLAIM_KEPT_IN_GIT, CLAIM_KEPT_IN_STATE };

/* "git", "state" */
const char *claim_keeping_name(enum claim_keeping keeping);

struct claim_store {
    struct claim_authority authority; /* first: what the calls receive is the store */
    const struct files *workspace;    /* borrowed */
    struct files files;               /* the folder of the claims; its root is -1 as long as nothing was claimed */
    enum claim_keeping keeping;       /* where they are in fact: STATE outside git */
    char *folder;                     /* absolute, for messages and watchers; NULL as long as it cannot be known */
    int lock_timeout_ms;
    int lock; /* descriptor while it is held; -1 */
};

#define CLAIM_STORE_CLOSED ((struct claim_store){.files = FILES_CLOSED, .lock = -1})

/*
 * Find the claims of @workspace, which must outlive the store. Makes nothing: the first take does.
 *   CONFLICT  claims cannot be kept there (B1), with the remedy
 *   IO
 */
bool claim_store_open(struct claim_store *store, const struct workspace *workspace, enum claim_keeping wanted,
                      int lock_timeout_ms, struct error *error);
void claim_store_close(struct claim_store *store);

/* Paths of the plans that have records, sorted; the caller frees them with the arena. */
bool claim_store_list_plans(const struct claim_store *store, struct arena *arena, const char ***plans, size_t *count,
                            struct error *error);

#endif
