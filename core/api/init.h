/*
 * The method init: a new plan from the template, or the dependency file of one that has none, or an update of it. It is
 * a batch as any other, see new_plan.h.
 */
#ifndef BATCHD_INIT_H
#define BATCHD_INIT_H

#include "api/context.h"

/*
 * Preview the new plan, or the dependency file of one that has none, or create it. CONFLICT if its name is taken, and
 * the codes of transaction_run.
 */
void init_plan(struct context *context);

#endif
