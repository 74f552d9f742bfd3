/*
 * The server: the loop, and everything that hangs on it. It serves one root from when it has the root's lock until it
 * must stop.
 */
#ifndef BATCHD_SERVER_H
#define BATCHD_SERVER_H

#include "base/error.h"
#include "server_options.h"

/* Serve, until one of these outcomes. SERVER_FAILED: CONFLICT if the root has another daemon, INVALID, IO. */
enum server_outcome server_run(const struct server_options *options, struct error *error);

#endif
