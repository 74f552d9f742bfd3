/*
 * The overview of claims: which achievements of one plan are taken, as a reader of its files sees them from its side.
 */
#ifndef BATCHD_CLAIM_OVERVIEW_H
#define BATCHD_CLAIM_OVERVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_board.h"
#include "plan/plan.h"

struct claim_situation {
    const struct claim_entry *entry; /* NULL: it was never claimed */
    enum claim_state state;
    bool is_bound; /* finished elsewhere: nothing of it is offered here */
};

/* {0} is that of a plan without claims. */
struct claim_overview {
    const struct claim_moment *moment; /* borrowed from the board */
    struct claim_list owned;
    const struct claim_list *list;      /* that, or one that the board keeps */
    struct claim_situation *situations; /* by position; NULL if nothing was ever claimed */
};

/* @board: NULL for one without claims. */
void claim_overview_make(struct claim_overview *overview, struct claim_board *board, const struct plan *plan);
void claim_overview_release(struct claim_overview *overview);

/* NULL if the achievement was never claimed. @overview may be NULL. */
const struct claim_situation *claim_overview_find(const struct claim_overview *overview, size_t position);
/* Is it finished elsewhere? */
bool claim_overview_is_bound(const struct claim_overview *overview, size_t position);
/* Is it held, or finished elsewhere, or is that not known? Then no other may begin. */
bool claim_overview_is_taken(const struct claim_overview *overview, size_t position);

#endif
