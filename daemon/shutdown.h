/*
 * The shutdown of the server: what is in hand is finished and answered, then everything is closed, and the loop ends.
 */
#ifndef BATCHD_SHUTDOWN_H
#define BATCHD_SHUTDOWN_H

#include "server_options.h"
#include "server_state.h"

/* Nothing new is taken up. @outcome is the server's; of several calls the first decides, but for SERVER_STOPPED. */
void shutdown_begin(struct server *server, enum server_outcome outcome);

/* Release the root's lock and close every handle; once. */
void shutdown_close_all(struct server *server);

#endif
