/*
 * The method import: a new plan from the task list of another program, as a batch (new_plan.h). It needs files that the
 * user names, so the process that the user has started answers it.
 */
#ifndef BATCHD_IMPORT_METHOD_H
#define BATCHD_IMPORT_METHOD_H

#include "api/context.h"

/*
 * Preview the plan that the task list makes, or create it; the answer has the faults of the list. The codes of
 * source_read, of the reader of its format, and of transaction_run.
 */
void import_method_run(struct context *context);

#endif
