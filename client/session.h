/*
 * A session: the configuration, the workspace, and answers to requests. This is where a daemon would be asked; without
 * one the requests are answered in this process.
 */
#ifndef BATCHCTL_SESSION_H
#define BATCHCTL_SESSION_H

#include <stdbool.h>

#include "config.h"
#include "options.h"
#include "request.h"

struct session {
    struct config config;
    struct workspace workspace;
    char *here; /* working directory beneath the root, relative to it; NULL if it is elsewhere */
    bool is_open;
    bool makes_root; /* where no root is found, the working directory is to become one; set by whoever starts it */
};

/* @session is {0}, but for makes_root. Read the configuration; the workspace is opened by the first request. */
bool session_start(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                   struct error *error);
void session_release(struct session *session);

/*
 * Answer @request: as if it had been made in the working directory, with the timeout and the defaults that are
 * configured.
 */
void session_request(struct session *session, const struct request *request, struct answer *answer);

#endif
