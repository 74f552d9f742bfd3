/*
 * The answer about a batch: its view, and what a client must know of it, from the batch, from what was recorded of it,
 * or from an undo. Each takes the place of what the answer said before.
 */
#ifndef BATCHD_BATCH_ANSWER_H
#define BATCHD_BATCH_ANSWER_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/request.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "batch/undo.h"
#include "view/batch_view.h"

/* @committed: what was recorded, or NULL. The view is in the arena of the answer; the caller may add to it. */
struct batch_view *batch_answer_make(struct answer *answer, const struct request *request, const struct batch *batch,
                                     const struct record *committed);
/* The same, from what was recorded of it: without what was skipped, which is not recorded. */
struct batch_view *batch_answer_of_record(struct answer *answer, const struct record *record);

void batch_answer_undo(struct answer *answer, const struct undo *undo, bool is_dry_run);
/* The same, from what was recorded: of the batch, and of its undo. */
void batch_answer_undone(struct answer *answer, const struct record *batch, const struct record *undone);

#endif
