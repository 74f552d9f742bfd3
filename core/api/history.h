/*
 * History: the methods that look up the batches of the past.
 */
#ifndef BATCHD_HISTORY_H
#define BATCHD_HISTORY_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/context.h"
#include "base/error.h"
#include "batch/record.h"

/*
 * The batch that the request names, or else this user's last one that has not been undone: of the plan that is named,
 * or stood in, or of all, which is a warning in a preview, and USAGE otherwise, if there are several. Into @record,
 * which the caller releases. NOT_FOUND, also if it has been undone; INVALID; IO. On failure @record is empty.
 */
bool history_find(struct context *context, struct record *record, struct error *error);

/* Is it a preview of the last batch of all plans? Which of them is meant, the request itself has to say. */
bool history_is_of_any_plan(const struct answer *preview);

/* The methods "history" and "batch". */
void history_list(struct context *context);
void history_show(struct context *context);

#endif
