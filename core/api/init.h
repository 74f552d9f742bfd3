/*
 * The methods init and import, which found plans: init makes a new one from the template, or the dependency file of one
 * that has none; import makes one from a task list of another program. Each is a batch as any other: previewed, all or
 * nothing, never over an existing file, in the history, and to be undone.
 */
#ifndef BATCHD_INIT_H
#define BATCHD_INIT_H

#include "api/answer.h"
#include "api/context.h"
#include "batch/record.h"
#include "plan/workspace.h"

void init_plan(struct context *context);
void init_import(struct context *context);

/* The answer of either, from what was recorded. @workspace is as it was afterwards. */
void init_answer_record(struct answer *answer, const struct workspace *workspace, const struct record *record);

#endif
