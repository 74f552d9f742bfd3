/*
 * Away: the workspace is gone, moved or removed, and the daemon waits for its path to lead to a folder again. A
 * daemon that no service manager has started ends after some minutes: it is not needed then.
 *
 * Meanwhile "hello", "ping" and "shutdown" are answered, on the sockets that were handed over, or on one in the runtime
 * folder: the usual one is named after a folder that may live on elsewhere, with a daemon for it.
 */
#ifndef BATCHD_AWAY_H
#define BATCHD_AWAY_H

#include "server_options.h"

enum away_outcome {
    AWAY_RETURNED, /* a folder is there again */
    AWAY_STOPPED,  /* as requested */
    AWAY_OVER,     /* the workspace stays away */
};

/* Wait for a folder at @named. */
enum away_outcome away_wait(const struct server_options *options, const char *named);

#endif
