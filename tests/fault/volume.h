/* File systems for trials: ext4 in a file on a loop device, tmpfs. Mounted in a mount namespace of this process. */
#ifndef VOLUME_H
#define VOLUME_H

#include <stdbool.h>

/* Leave the others' mounts alone. NULL, or why there can be none. */
const char *volume_prepare(void);

/* Make an empty ext4 in the file @image. */
bool volume_format(const char *image);
/* Mount the ext4 in @image. False, with errno, if that fails. */
bool volume_mount(const char *image, const char *folder);
/* As "e2fsck -fn" says. */
bool volume_is_clean(const char *image);

/* @options such as "size=64k,nr_inodes=30". */
bool volume_mount_memory(const char *folder, const char *options);
bool volume_remount(const char *folder, bool is_read_only, const char *options);

bool volume_unmount(const char *folder);

#endif
