/*
 * The vigil: the workspace is gone, moved or removed, and the daemon waits for its path to lead to a folder again. A
 * daemon that no service manager has started ends after some minutes: it is not needed then.
 *
 * Meanwhile "hello", "ping" and "shutdown" are answered, on the sockets that were handed over, or on one in the runtime
 * folder: the usual one is named after a folder that may live on elsewhere, with a daemon for it.
 */
#ifndef BATCHD_VIGIL_H
#define BATCHD_VIGIL_H

#include "server.h"

enum vigil_outcome {
    VIGIL_RETURNED, /* a folder is there again */
    VIGIL_STOPPED,  /* as requested */
    VIGIL_OVER,     /* the workspace stays away */
};

/* Wait for a folder at @named. */
enum vigil_outcome vigil_keep(const struct server_options *options, const char *named);

#endif
