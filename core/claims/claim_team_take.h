/*
 * Taking a claim of a team: the server gives the first of the candidates that is free, and it is handed out only if the
 * clone has what it needs. Else it is given back.
 */
#ifndef BATCHD_CLAIM_TEAM_TAKE_H
#define BATCHD_CLAIM_TEAM_TAKE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "claims/claim_authority.h"
#include "claims/claim_clone.h"
#include "claims/claim_team_link.h"

/* See claim_calls. @authority: whose list has the claims of a plan. STALE if the clone lacks a commit. */
bool claim_team_take(struct claim_team_link *link, struct claim_authority *authority, const struct claim_clone *clone,
                     const struct claim_taker *taker, const struct claim_candidate *candidates, size_t count,
                     struct claim_reply *reply, struct error *error);

#endif
