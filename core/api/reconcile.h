/*
 * Reconciling: the result of a write whose answer was lost, from the journal. The caller takes the lock first: it waits
 * for a running writer, rolls back the batch of a dead one, and finishes its undo.
 */
#ifndef BATCHD_RECONCILE_H
#define BATCHD_RECONCILE_H

#include "api/answer.h"
#include "api/request.h"
#include "base/error.h"
#include "plan/workspace.h"

enum reconcile_result { RECONCILE_DONE, RECONCILE_NOT_DONE, RECONCILE_UNKNOWN };

/*
 * What became of @request, which is known by its request id. DONE: the answer is the one that was lost, made from what
 * was recorded, to the byte; of a batch of an older version what was skipped is empty in it. UNKNOWN: @error says why;
 * a writer is at work and holds the lock, something that was begun cannot be rolled back, or what is recorded cannot be
 * read.
 */
enum reconcile_result reconcile_find(const struct workspace *workspace, const struct request *request,
                                     struct answer *answer, struct error *error);

/*
 * The answer to @request, whose first answer was lost, as @answer, which has its kind: the recorded one; UNKNOWN where
 * that cannot be found out; else the request is carried out now. A writer that waited for the lock meanwhile may have
 * done it just before: then its answer is the recorded one.
 */
void reconcile_settle(struct workspace *workspace, const struct request *request, struct answer *answer);

/* The highest number of a batch so far, for request->last_batch of a write whose word may have been used before; 0 if
 * there is none, or it is unknown. */
uint64_t reconcile_last_batch(const char *root);

#endif
