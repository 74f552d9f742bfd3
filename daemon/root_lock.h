/*
 * The lock of a root: there is one daemon a root. It is on the folder itself, so that links and bind mounts lead to the
 * same lock; where folders cannot be locked it is on a file beside the socket, for this machine and user.
 */
#ifndef BATCHD_ROOT_LOCK_H
#define BATCHD_ROOT_LOCK_H

#include <stdbool.h>

#include "base/error.h"
#include "disk/files.h"

struct root_lock {
    struct files root;
    int descriptor;
};

#define ROOT_LOCK_NONE                                                                                                 \
    (struct root_lock) {                                                                                               \
        FILES_CLOSED, -1                                                                                               \
    }

/* Open the root and lock it. CONFLICT if it has a daemon; NOT_FOUND or IO. @socket: the path of the daemon's socket. */
bool root_lock_take(struct root_lock *lock, const char *root, const char *socket, struct error *error);
/* Leaves ROOT_LOCK_NONE, which is allowed. */
void root_lock_release(struct root_lock *lock);

#endif
