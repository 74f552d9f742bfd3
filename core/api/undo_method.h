/*
 * Undo as a method: the transaction that removes what a batch has created.
 */
#ifndef BATCHD_UNDO_METHOD_H
#define BATCHD_UNDO_METHOD_H

#include "api/context.h"
#include "api/request.h"
#include "plan/workspace.h"

/*
 * Preview it, or undo the batch that the request names, or the last one, see history_find. Where the undo of that batch
 * had begun and its process died, the answer is that of the finished undo.
 */
void undo_method_run(struct context *context);

/*
 * Name in @request, an undo that another process is about to carry out, the batch that it is about, if it names none
 * and there is one that may be undone so: should the answer be lost, the undo can be found by that number, and is not
 * done to the batch before it.
 */
void undo_method_name_batch(const struct workspace *workspace, struct request *request);

#endif
