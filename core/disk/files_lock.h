/*
 * Locks of folders and files, beneath the root of struct files. Failures are those of files.h, and TIMEOUT.
 */
#ifndef BATCHD_FILES_LOCK_H
#define BATCHD_FILES_LOCK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "disk/files.h"

/*
 * Lock a folder (flock on its descriptor, so unlinking cannot split the lock). On a file system that locks no folders
 * (NFS) it is the file "lock" in it, which must not be removed; the root has none, so that is an error (IO). Waits up
 * to
 * @timeout_ms; TIMEOUT then. Returns the descriptor to hold and close, or -1.
 */
int files_lock(const struct files *files, const char *path, int timeout_ms, struct error *error);

/*
 * Is that what flock says of a folder that it cannot lock? NFS wants a descriptor that can write, which a folder does
 * not have.
 */
bool files_locks_no_folders(int failure);
enum { FILES_SHARED_MODE = 0660 }; /* of a lock for all users of a folder */
/*
 * Lock a regular file, which is made with @mode if it is missing. The file that has the name is locked in the end, also
 * if another one took its place during the wait.
 */
int files_lock_file(const struct files *files, const char *path, mode_t mode, int timeout_ms, struct error *error);

/* The process that holds the lock of a folder; 0 if none does, or the kernel does not report it. Takes no lock itself.
 */
long files_lock_holder(const struct files *files, const char *path);

#endif
