/*
 * History: the methods that look up the batches of the past.
 */
#ifndef BATCHD_HISTORY_H
#define BATCHD_HISTORY_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/context.h"
#include "base/error.h"
#include "batch/record.h"
#include "view/history_view.h"

/*
 * The batch that the request names, or else this user's last one that has not been undone: of the plan that is named,
 * or stood in, or of all, which is a warning in a preview, and USAGE otherwise, if there are several. Into @record,
 * which the caller releases. NOT_FOUND, also if it has been undone; INVALID; IO. On failure @record is empty.
 */
bool history_find(struct context *context, struct record *record, struct error *error);

/* Is it a preview of the last batch of all plans? Which of them is meant, the request itself has to say. */
bool history_is_of_any_plan(const struct answer *preview);

/* The newest batches, @most of them, of the plan at @plan_path, or of all if it is NULL. False if none can be read. */
bool history_newest(struct context *context, const char *plan_path, uint64_t most, struct history_view *history,
                    struct error *error);

/* The methods "history" and "batch". */
void history_list(struct context *context);
void history_show(struct context *context);

#endif
