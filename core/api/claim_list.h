/*
 * The method "claims": who works on what, and what is finished elsewhere.
 */
#ifndef BATCHD_CLAIM_LIST_H
#define BATCHD_CLAIM_LIST_H

#include "api/context.h"

/* Of the plan that is named or stood in, or of all that have records. With request->wants_ended those that have ended,
 * too. */
void claim_list_handle(struct context *context);

#endif
