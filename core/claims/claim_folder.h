/*
 * The folder of claims: where the claims of a workspace are kept.
 *
 *   COMMON/batchd/KEY/NAME   in a git working tree, which all worktrees of the repository share. KEY is as that of the
 *                            workspace's state (state_dir.h), of COMMON/batchd; NAME is the path of the workspace in
 *                            its working tree as one name (claim_handle.h)
 *   .batchd/KEY/claims       of the workspace: outside git, or where that is wanted
 *
 * It is on a file system of this machine, as a lock must hold for all takers.
 */
#ifndef BATCHD_CLAIM_FOLDER_H
#define BATCHD_CLAIM_FOLDER_H

#include <stdbool.h>

#include "base/error.h"
#include "disk/files.h"
#include "disk/git_folder.h"
#include "plan/workspace.h"

/* Where claims are kept, as the user's or the system's configuration says: [claims] folder. */
enum claim_keeping { CLAIM_KEPT_IN_GIT, CLAIM_KEPT_IN_STATE };

/* "git", "state" */
const char *claim_keeping_name(enum claim_keeping keeping);

/* CLAIM_FOLDER_CLOSED is empty. */
struct claim_folder {
    const struct workspace *workspace; /* borrowed, as @git */
    const struct git_folder *git;
    enum claim_keeping wanted;
    enum claim_keeping keeping; /* where they are in fact: in the state outside git */
    struct files files;         /* the folder itself; its root is -1 as long as it is missing */
    char *path;                 /* absolute, for messages and watchers; NULL as long as the key is not known. Owned */
};

#define CLAIM_FOLDER_CLOSED ((struct claim_folder){.files = FILES_CLOSED})

/*
 * Find the folder of @workspace. Makes nothing. @git: what git_folder_find has found, or NULL: outside git. Both must
 * outlive the folder.
 *   CONFLICT  claims cannot be kept there, with the remedy: not on a file system of this machine, or others can write
 *   IO
 */
bool claim_folder_find(struct claim_folder *folder, const struct workspace *workspace, const struct git_folder *git,
                       enum claim_keeping wanted, struct error *error);

/* Find it again, if it was missing: another process may have made it since. */
bool claim_folder_refresh(struct claim_folder *folder, struct error *error);
/* The same, and make it if it is still missing. */
bool claim_folder_make(struct claim_folder *folder, struct error *error);

void claim_folder_release(struct claim_folder *folder);

#endif
