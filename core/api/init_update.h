/*
 * init --graph --update: a plan's dependency file is brought up to date with its PLAN.
 */
#ifndef BATCHD_INIT_UPDATE_H
#define BATCHD_INIT_UPDATE_H

#include <stdbool.h>

#include "api/context.h"
#include "base/error.h"
#include "batch/batch.h"
#include "plan/plan.h"

/*
 * Fill @batch, which is empty, with the new dependency file of @plan; with no file if there is nothing to change.
 * PREREQUISITES if it has none; INVALID.
 */
bool init_update_fill(struct context *context, const struct plan *plan, struct batch *batch, struct error *error);

#endif
