/*
 * The methods that read plans and the workspace. See history.h for batches, what_if.h and prompt.h for theirs.
 */
#ifndef BATCHD_READ_METHODS_H
#define BATCHD_READ_METHODS_H

#include "api/answer.h"
#include "api/context.h"
#include "disk/files.h"

/*
 * Each answers the method of its name, from the snapshots of the plans that the request names; a fault is the outcome
 * of the answer: NOT_FOUND, USAGE, INVALID.
 */
void read_methods_status(struct context *context);
void read_methods_next(struct context *context);
void read_methods_validate(struct context *context);
void read_methods_show(struct context *context);
void read_methods_why(struct context *context);
void read_methods_doctor(struct context *context);

/* validate for one dependency file that need not be in a workspace: @path in @files, reported under @name. */
void request_validate_file(const struct files *files, const char *path, const char *name, struct answer *answer);

#endif
