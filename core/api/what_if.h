/*
 * The answer to what-if: what would be ready, which levels done and how many hours left if some achievements were
 * complete, or just those that one achievement waits for. Nothing is written.
 */
#ifndef BATCHD_WHAT_IF_H
#define BATCHD_WHAT_IF_H

#include "api/context.h"

/*
 * The request's options.selection.ids are taken for complete; of its @unblock, everything that it waits for, too.
 *   USAGE          neither is given
 *   INVALID        the plan is
 *   PREREQUISITES  it has no dependency file
 *   NOT_FOUND      ids that it has not, each with a diagnostic
 */
void what_if_answer(struct context *context);

#endif
