/*
 * Undo as a method: the transaction that removes what a batch has created.
 */
#ifndef BATCHD_UNDO_METHOD_H
#define BATCHD_UNDO_METHOD_H

#include "api/context.h"

/*
 * Preview it, or undo the batch that the request names, or the last one, see history_find. Where the undo of that batch
 * had begun and its process died, the answer is that of the finished undo.
 */
void undo_method_run(struct context *context);

#endif
