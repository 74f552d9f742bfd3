/*
 * The answer about one claim: the view of it, from what an authority has replied and from the plan as it is.
 */
#ifndef BATCHD_CLAIM_ANSWER_H
#define BATCHD_CLAIM_ANSWER_H

#include <stdbool.h>

#include "api/context.h"
#include "base/error.h"
#include "base/memory.h"
#include "claims/claim_authority.h"
#include "claims/claim_handle.h"
#include "claims/claim_overview.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "view/claim_item.h"
#include "view/claim_view.h"

/* Look at the claims as they are now; where they cannot be read, @error says why. */
bool claim_answer_begin(const struct context *context, struct error *error);

/* What the answer says of claims at all; where they cannot be read, with a warning. */
struct claims_note claim_answer_note(struct context *context);
/* The claims of @plan, with a warning for each record that cannot be understood. */
void claim_answer_look(struct context *context, const struct plan *plan, struct claim_overview *claims);

/* The plan at @path, which is exact; NULL if there is none. */
const struct plan_place *claim_answer_find_plan(const struct context *context, const char *path);

/*
 * The view of what @reply says. @handle: of the claim, or NULL; where the reply has no record it names what was asked
 * for. @wants_work: with the file to work on and the next command.
 */
void claim_answer_describe(struct claim_view *view, const struct context *context, const struct claim_reply *reply,
                           const struct claim_handle *handle, bool wants_work);

#endif
