#include "disk/file_system.h"

#include <linux/magic.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/statfs.h>

/* Those that linux/magic.h does not have. */
#define XFS_MAGIC      0x58465342
#define ZFS_MAGIC      0x2fc12fc1
#define BCACHEFS_MAGIC 0xca451a4e

bool file_system_is_local(int folder) {
    static const uint32_t local[] = {EXT4_SUPER_MAGIC, XFS_MAGIC,      BTRFS_SUPER_MAGIC, ZFS_MAGIC,
                                     F2FS_SUPER_MAGIC, BCACHEFS_MAGIC, TMPFS_MAGIC,       OVERLAYFS_SUPER_MAGIC};
    struct statfs status;
    if (fstatfs(folder, &status))
        return false;
    for (size_t i = 0; i < sizeof local / sizeof *local; i++)
        if ((uint32_t)status.f_type == local[i])
            return true;
    return false;
}
