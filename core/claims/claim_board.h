/*
 * The claim board: the claims of a workspace as one process sees them, from its working tree: which authority decides
 * on them, where this process works, and what time it is. Readers go on where claims cannot be read, and say so; verbs
 * of claims refuse.
 */
#ifndef BATCHD_CLAIM_BOARD_H
#define BATCHD_CLAIM_BOARD_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_folder.h"
#include "claims/claim_store.h"
#include "disk/git_folder.h"
#include "disk/git_head.h"
#include "disk/upward_walk.h"
#include "plan/workspace.h"

/* What the board depends on beside the disk. Borrowed. */
struct claim_setting {
    enum claim_keeping wanted; /* [claims] folder */
    struct walk_limits limits; /* of the search for the git folder */
    int lock_timeout_ms;
    struct claim_authority *shared; /* a team's, in the place of the claims on this machine; or NULL */
};

struct claim_board {
    const struct workspace *workspace; /* borrowed */
    struct claim_setting setting;
    bool is_open;
    struct claim_authority *authority; /* NULL where claims cannot be read */
    struct claim_store store;
    struct git_folder git;
    struct git_head head;
    struct claim_side side;     /* borrows from @git and @head */
    struct claim_moment moment; /* of the last claim_board_update */
    struct error trouble;       /* why claims cannot be read */
    /* Of a process that keeps lists: that of a plan, or NULL. */
    const struct claim_list *(*find_kept)(void *data, const char *path);
    void *kept_data;
};

#define CLAIM_BOARD_CLOSED ((struct claim_board){.store = CLAIM_STORE_CLOSED})

/* A board of the claims of @workspace, which must outlive it. Looks at nothing yet. */
void claim_board_init(struct claim_board *board, const struct workspace *workspace,
                      const struct claim_setting *setting);
void claim_board_close(struct claim_board *board);

/* Once before each answer that needs it: find the claims, which branch is checked out, and what time it is. What fails
 * is the board's trouble. */
void claim_board_update(struct claim_board *board);

/* The same, and look at the claims afresh: for an answer that lists them. */
void claim_board_refresh(struct claim_board *board);

/* Where the claims are kept: "git", "state" or "team". Only without trouble. */
const char *claim_board_keeping(const struct claim_board *board);
/* The code of a warning about the board's trouble. */
const char *claim_board_warning(const struct claim_board *board);

/* Append what a client of this workspace sends as its "git": see request.h. */
void claim_setting_append_git(struct buffer *text, const struct claim_setting *setting, const char *root);
/* Does the board see the claims of the repository of @git, as a client sends it, and can it read them? */
bool claim_board_sees(const struct claim_board *board, const char *git);

/* For verbs of claims: the board's trouble, with its remedy, as @error. */
bool claim_board_require(const struct claim_board *board, struct error *error);

/* The list of the plan at @path that is kept, borrowed; NULL if none is. */
const struct claim_list *claim_board_find_kept(const struct claim_board *board, const char *path);

/* The claims of the plan at @path; an empty list where they cannot be read: then the board is in trouble. */
void claim_board_list(struct claim_board *board, const char *path, struct claim_list *list);

#endif
