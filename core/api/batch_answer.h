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
#include "plan/workspace.h"

/* Of a batch that is not applied. */
void batch_answer_make(struct answer *answer, const struct request *request, const struct workspace *workspace,
                       const struct batch *batch);
/* Of one that is, from what was recorded: the same at once, and later if that answer was lost. */
void batch_answer_of_record(struct answer *answer, const struct request *request, const struct workspace *workspace,
                            const struct record *record);
/* Add the diagnostics that the answer had when the record was written. */
void batch_answer_add_diagnostics(struct answer *answer, const struct record *record);

/* Of an undo, previewed or about to be applied: what it removes and what it keeps. */
void batch_answer_undo(struct answer *answer, const struct undo *undo, bool is_dry_run);
/* The same, from what was recorded: of the batch, and of its undo. */
void batch_answer_undone(struct answer *answer, const struct record *batch, const struct record *undone);

#endif
