/*
 * The batch that create asks for: EXECUTION_TASKs or SUBPLANs of the selected achievements. Selects, checks and
 * renders; writes nothing.
 */
#ifndef BATCHD_BATCH_CREATE_H
#define BATCHD_BATCH_CREATE_H

#include <stdbool.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/batch_options.h"
#include "disk/files.h"
#include "plan/plan.h"

/*
 * Make the batch. It is filled as far as possible also on failure, so that an answer can show it. Faults of documents
 * and templates are added to @diagnostics.
 *   NOT_FOUND      no such level or id; or the plan's folder or a source is gone
 *   USAGE          more than BATCH_FILES_MOST files
 *   INVALID        the plan, or a template, is invalid (see @diagnostics)
 *   PREREQUISITES  SUBPLANs are missing (missing_subplans), placeholders with require_complete, or have git's
 *                  conflict markers, as another source may have; or there is no dependency file
 *   CONFLICT       something that is no regular file has a target's name
 *   IO             a source cannot be read
 * With keep_going the last two, and whatever is wrong with a SUBPLAN or another source, become failures of their files.
 */
bool batch_make(struct batch *batch, const struct files *files, const struct plan *plan,
                const struct batch_options *options, struct diagnostics *diagnostics, struct error *error);

#endif
