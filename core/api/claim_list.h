/*
 * The method "claims": who works on what, and what is finished elsewhere.
 */
#ifndef BATCHD_CLAIM_LIST_H
#define BATCHD_CLAIM_LIST_H

#include "api/context.h"
#include "plan/plan.h"
#include "view/claim_view.h"

/* Of the plan that is named or stood in, or of all that have records. With request->wants_ended those that have ended,
 * too. */
void claim_list_handle(struct context *context);

/* Fill @claims, which has its path, with those of @plan, the snapshot of it; NULL if it is gone. */
void claim_list_of_plan(struct context *context, const struct plan *plan, struct plan_claims *claims);

#endif
