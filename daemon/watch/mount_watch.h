/*
 * The mounts: whether something may have been mounted in the workspace, or taken away; no folder reports that
 * (inotify(7)). The kernel reports that its table has changed (proc(5), mountinfo), not where, and on some machines it
 * changes all day.
 */
#ifndef BATCHD_MOUNT_WATCH_H
#define BATCHD_MOUNT_WATCH_H

#include <stdbool.h>

#include "base/buffer.h"

struct mount_watch {
    int descriptor;     /* has something urgent to read (POLLPRI) when the table has changed; -1 if there is none */
    struct buffer root; /* as it is written in the table */
    bool has_any;       /* something is mounted at the root or beneath it */
};

/* @root: an absolute path without links. */
void mount_watch_open(struct mount_watch *mounts, const char *root);
void mount_watch_close(struct mount_watch *mounts);

/*
 * The table has changed: is something mounted at the root or beneath it, or was it when this was asked last? Then it
 * may be another thing: its line in the table would be the same.
 */
bool mount_watch_may_concern_us(struct mount_watch *mounts);

#endif
