/*
 * The check of claims: where they are kept, and which of them can help no process any more.
 */
#ifndef BATCHD_CHECK_CLAIMS_H
#define BATCHD_CHECK_CLAIMS_H

#include <stddef.h>

#include "base/memory.h"
#include "claims/claim_board.h"
#include "disk/files.h"
#include "doctor/findings.h"
#include "plan/workspace.h"

/* Where claims are kept, and who shares them; texts in an arena. {0} where they cannot be kept. */
struct claims_place {
    const char *kept;       /* "git", "state" */
    const char *folder;     /* absolute; NULL before the first claim */
    const char **worktrees; /* the tops of the working trees that share them; none outside git */
    size_t worktree_count;
};

/* After check_claims_report. */
void check_claims_look(struct claims_place *place, const struct claim_board *claims, struct arena *arena);

/* Add what is wrong with the claims: their store, their records, their helper. */
void check_claims_report(struct findings *findings, const struct workspace *workspace, const struct files *files,
                         struct claim_board *claims);

#endif
