/*
 * The HEAD of a working tree, read without git(1): HEAD, then the loose ref or packed-refs. Where refs are kept in
 * another way (reftable), or cannot be read, branch and commit are unknown.
 */
#ifndef BATCHD_GIT_HEAD_H
#define BATCHD_GIT_HEAD_H

#include "base/digest.h"
#include "disk/git_folder.h"

/* {0} is outside git. */
struct git_head {
    char *branch; /* without "refs/heads/"; NULL if HEAD is detached, or unknown. Owned */
    char *commit; /* hexadecimal; NULL before the first commit, or if unknown. Owned */
    /* one worktree with one branch (detached: with one commit): a hash of the identity of the git folder and of the
     * branch; "" outside git */
    char side[DIGEST_FAST_TEXT];
};

/* @git has been found. What cannot be read is unknown. The caller releases @head. */
void git_head_read(struct git_head *head, const struct git_folder *git);
void git_head_release(struct git_head *head);

#endif
