/*
 * Changes of claims: the differences between what was published about the claims of a plan and what they are now, as
 * events. See changes.h for those of the plan's files.
 */
#ifndef BATCHD_CLAIM_CHANGES_H
#define BATCHD_CLAIM_CHANGES_H

#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_team_feed.h"
#include "plan/plan.h"
#include "view/changes.h"
#include "view/event.h"

/* What was published about the claims of one plan. */
struct published_claims;

/*
 * Publish what differs between *@known and @list at @moment, which then is known. NULL in *@known: all of @list is
 * known from now on, without events. A record that cannot be understood stays as it was published.
 */
void claim_changes_compare(struct published_claims **known, const struct claim_list *list,
                           const struct claim_moment *moment, const struct plan *plan, const struct changes_sink *sink);

/* The event of a team's server as that of a plan; borrows from @found. False if its type is not known here. */
bool claim_changes_of_team(struct event *event, const struct claim_team_event *found);

void published_claims_free(struct published_claims *known); /* NULL is allowed */

#endif
