/*
 * A new plan as a batch: its folders, its PLAN and its dependency file, from a draft; previewed, all or nothing, never
 * over an existing file, in the history, and to be undone.
 */
#ifndef BATCHD_NEW_PLAN_H
#define BATCHD_NEW_PLAN_H

#include <stdbool.h>
#include <sys/types.h>

#include "api/context.h"
#include "base/error.h"
#include "batch/batch.h"
#include "draft/plan_draft.h"
#include "draft/plan_location.h"

/* Makes the batch of a new plan at @location, without its token. Called again under the lock. */
typedef bool make_new_plan(struct context *context, const struct plan_location *location, struct batch *batch,
                           struct error *error);

/* Run the transaction of a plan that is called @name, perhaps with group folders before it; USAGE if that is NULL. */
void new_plan_run(struct context *context, const char *name, make_new_plan *make);

/* Begin a batch, and end it: it is made of @draft, which comes from @origin. */
void new_plan_begin(struct batch *batch, enum batch_kind kind, const char *name, const char *path);
void new_plan_end(struct batch *batch, const struct plan_draft *draft, const char *origin);
/* A batch that cannot be made creates nothing, and must not look as if it did. Always false. */
bool new_plan_fail(struct batch *batch);

/* Add the folders, the PLAN and the dependency file of a draft that has been checked. INVALID, IO. */
bool new_plan_add_files(struct context *context, struct batch *batch, const struct plan_location *location,
                        const struct plan_draft *draft, struct error *error);
/* Add the dependency file alone. */
void new_plan_add_graph(struct batch *batch, const struct plan_draft *draft, mode_t mode);

#endif
