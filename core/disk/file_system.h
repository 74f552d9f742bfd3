/*
 * File systems: which one a folder is on.
 */
#ifndef BATCHD_FILE_SYSTEM_H
#define BATCHD_FILE_SYSTEM_H

#include <stdbool.h>

/*
 * Is the open folder on a file system of this machine, on which a lock holds for all processes that see it: ext2 to 4,
 * xfs, btrfs, zfs, f2fs, bcachefs, tmpfs, or an overlay? False for any other, and where that is unknown.
 */
bool file_system_is_local(int folder);

#endif
