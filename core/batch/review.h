/*
 * The batches of a review: what a worker submits, and what a reviewer decides. Each writes one small file an
 * achievement, from a template, and none is ever replaced. Reopening renames an APPROVED or SKIPPED instead.
 *
 *   submit   SUBMITTED_<XY>_<NN>.md   the work of the last work order is done
 *   approve  APPROVED_<XY>.md
 *   reject   FIX_<XY>.md, or FIX_<XY>_<NN>.md where that exists
 *   skip     SKIPPED_<XY>.md
 *   reopen   APPROVED_<XY>_REOPENED_<n>.md, SKIPPED_<XY>_REOPENED_<n>.md
 *   adopt    what submit or approve would write, for each work order that says of itself that it is complete
 */
#ifndef BATCHD_REVIEW_H
#define BATCHD_REVIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/review_options.h"
#include "disk/files.h"
#include "plan/plan.h"

enum { REVIEW_TEXT_MOST_BYTES = 20000 };

/*
 * Make the batch: all or nothing over the ids. What is so already is skipped. Each refusal is a diagnostic
 * ("review.refused"), and the first one's code is the error's:
 *   USAGE          the text is too long, or no text
 *   NOT_FOUND      no such id
 *   INVALID        the plan, or a template, is invalid
 *   PREREQUISITES  a work order, a submission or a text is missing; the work has been sent back; conflict markers
 *   CONFLICT       it is complete or skipped, or sent back already; a name is taken; the reviewer is the submitter
 *   IO             a file cannot be read
 */
bool review_make(struct batch *batch, const struct files *files, const struct plan *plan,
                 const struct review_options *options, struct diagnostics *diagnostics, struct error *error);

#endif
