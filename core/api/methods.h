/*
 * Methods: from a request to data and diagnostics, over a workspace. This is the one door: batchctl calls it in its own
 * process, the daemon over the workspace that it keeps.
 */
#ifndef BATCHD_METHODS_H
#define BATCHD_METHODS_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/request.h"
#include "batch/pending.h"
#include "disk/files.h"
#include "plan/workspace.h"

/* Is there such a method? */
bool request_is_known(const char *method);
/* Can it only be answered in the process that asks? */
bool request_is_local(const char *method);
/* Is the request answered from snapshots of the plans, where they are kept? */
bool request_is_kept(const struct request *request);
/* Does the request change files? */
bool request_is_write(const struct request *request);

/* Answer the request. Never fails as such: what goes wrong is the answer's code and diagnostics. */
void request_handle(struct workspace *workspace, const struct request *request, struct answer *answer);

/*
 * Answer from snapshots that @workspace keeps of every plan, with what is pending as it was when they were made and the
 * view that hides it. False, and nothing done, if the method needs more than snapshots.
 */
bool request_handle_kept(const struct workspace *workspace, const struct files *view, const struct pending *pending,
                         const struct request *request, struct answer *answer);

#endif
