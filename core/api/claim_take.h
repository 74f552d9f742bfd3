/*
 * The method "claim": take a claim on one achievement, or on the most urgent one that is free.
 */
#ifndef BATCHD_CLAIM_TAKE_H
#define BATCHD_CLAIM_TAKE_H

#include "api/context.h"

/*
 * With request->id that one; without, of the plan that is named, or of all, the first free one by slack, level, order
 * in the file and path of the plan; a review only if it is asked for, and never of what the taker has submitted.
 *   NOT_FOUND      no such achievement; nothing is left to be done at all
 *   PREREQUISITES  not ready for that; nothing is free now
 *   CONFLICT       held, or finished elsewhere
 */
void claim_take_handle(struct context *context);

#endif
