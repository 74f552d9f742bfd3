/*
 * The server: the loop, and everything that hangs on it. It serves one root from when it has the root's lock until it
 * must stop.
 */
#ifndef BATCHD_SERVER_H
#define BATCHD_SERVER_H

#include <stdbool.h>

#include "base/error.h"
#include "config/settings.h"

/* What a server is started with; borrowed. */
struct server_options {
    struct settings *settings;                  /* replaced by a reload */
    const struct settings_overrides *overrides; /* to read it again */
    const int *sockets;                         /* handed over by the service manager; none: one of our own is made */
    int socket_count;
    bool is_supervised; /* a service manager has started us, and stops us when we are not needed */
    bool is_tied;       /* to a terminal: see hangup.h */
};

enum server_outcome {
    SERVER_STOPPED,    /* on request */
    SERVER_FAILED,     /* see the error: CONFLICT if the root has another daemon, INVALID, IO, ... */
    SERVER_ROOT_MOVED, /* the root's path leads elsewhere now: start again */
};

/* Serve, until one of these. */
enum server_outcome server_run(const struct server_options *options, struct error *error);

#endif
