/*
 * The link to the server: one connection, which is made when it is needed, checked, greeted, and closed after the first
 * doubt. Every wait has a deadline, and ends when the client has gone. One statement at a time, never in a transaction
 * block.
 */
#ifndef BATCHD_SERVER_LINK_H
#define BATCHD_SERVER_LINK_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "helpers/claims_postgres/client_pipe.h"
#include "helpers/claims_postgres/server_refusal.h"
#include "helpers/claims_postgres/server_settings.h"
#include "helpers/claims_postgres/server_statement.h"

enum { SERVER_LINK_SCHEMA = 1 };

/* {.pipe, .settings} is valid: not connected. */
struct server_link {
    struct client_pipe *pipe;               /* borrowed */
    const struct server_settings *settings; /* borrowed */
    PGconn *connection;                     /* NULL: none */
    bool is_listening;
    bool is_notified;      /* of an event; who has looked at the events clears it */
    bool is_epoch_new;     /* and no answer has said so */
    struct buffer epoch;   /* of the last greeting */
    struct buffer greeted; /* the answer to it: {"epoch", "seq", "mark", ...} */
    int64_t used_at_ms;    /* the last answer */
};
void server_link_close(struct server_link *link);
void server_link_release(struct server_link *link);

/* Connect and greet, if that has not been done. False with any code but BAD. */
bool server_link_open(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal);
/* The same in the background: a request of the client stops it, and a server that is silent is left after a second. */
bool server_link_try_open(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal);
/* Greet again. */
bool server_link_greet(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal);

/*
 * Execute a statement on the open link; its one value, which is JSON, or nothing, is @answer. After a refusal with an
 * unknown outcome, or without an SQLSTATE, the link is closed. An answer {"error": WORD} is a refusal.
 */
bool server_link_call(struct server_link *link, const struct server_statement *statement, int64_t deadline_ms,
                      struct buffer *answer, struct server_refusal *refusal);

/* The socket, or -1. */
int server_link_socket(const struct server_link *link);
/* Read what the server has sent unasked. The link is closed if the server has closed it. */
void server_link_drain(struct server_link *link);

#endif
