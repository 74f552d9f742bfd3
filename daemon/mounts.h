/*
 * The mounts: whether something has been mounted in the workspace, or taken away; no folder tells that (inotify(7)).
 * The kernel says that its table has changed (proc(5), mountinfo), not where, and on some machines it changes all day:
 * so the part of it that matters is compared.
 */
#ifndef BATCHD_MOUNTS_H
#define BATCHD_MOUNTS_H

#include <stdbool.h>
#include <stdint.h>

#include "buffer.h"

struct mounts {
    int descriptor;     /* has something urgent to read (POLLPRI) when the table has changed; -1 if there is none */
    struct buffer root; /* as it is written in the table */
    uint64_t digest;
};

/* @root: an absolute path without links. */
void mounts_open(struct mounts *mounts, const char *root);
void mounts_close(struct mounts *mounts);

/* Has the part at the root and beneath it changed since this was asked last, or it was opened? */
bool mounts_have_changed(struct mounts *mounts);

#endif
