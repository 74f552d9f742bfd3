/*
 * Warnings of claims about a batch: what it is about is held by another, or finished elsewhere.
 */
#ifndef BATCHD_CLAIM_WARNING_H
#define BATCHD_CLAIM_WARNING_H

#include <stdbool.h>

#include "api/context.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/batch_options.h"
#include "claims/claim_overview.h"
#include "plan/plan.h"

/* The claims of @plan as they are now; none where they cannot be read. */
void claim_warning_look(struct context *context, const struct plan *plan, struct claim_overview *claims);

/* CONFLICT, with the remedy, if something that is selected by id or level would be made, and was finished elsewhere. */
bool claim_warning_check(const struct batch_options *options, const struct plan *plan,
                         const struct claim_overview *claims, struct error *error);

/* A warning, claim.held, for each achievement of the batch that another holds; CONFLICT if the request refuses that. */
bool claim_warning_heed(struct context *context, const struct plan *plan, const struct claim_overview *claims,
                        const struct batch *batch, struct error *error);

#endif
