/*
 * The options that a server is started with, and how it ends.
 */
#ifndef BATCHD_SERVER_OPTIONS_H
#define BATCHD_SERVER_OPTIONS_H

#include <stdbool.h>

#include "config/settings.h"

/* All is borrowed. */
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
    SERVER_FAILED,     /* see the error */
    SERVER_ROOT_MOVED, /* the root's path leads elsewhere now: start again */
};

#endif
