/*
 * Ownership: whose a workspace is. root may read any; what root wrote in another user's would be closed to that user.
 */
#ifndef BATCHD_OWNERSHIP_H
#define BATCHD_OWNERSHIP_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"

/*
 * May this process write in a workspace whose folder belongs to @owner? CONFLICT if this is root and the owner is not,
 * with the way to run @command, words of a shell, as the owner.
 */
bool ownership_check(uid_t owner, const char *command, struct error *error);

#endif
