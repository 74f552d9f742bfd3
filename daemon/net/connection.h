/*
 * A connection: lines in, lines out. One request is dealt with at a time; while its answer is made or written no
 * further one is taken up, so a peer that does not read stops itself. A peer that sends part of a line, or does not
 * read, is disconnected after a while; so is an idle one, unless it has subscribed to events.
 */
#ifndef BATCHD_CONNECTION_H
#define BATCHD_CONNECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

#include "base/buffer.h"

struct connection;

enum {
    CONNECTION_RECEIVED_BYTES_MOST = 8 << 20
}; /* of lines that are not dealt with, of all connections of an owner */

/* What connections have in common, and what is called for them. */
struct connection_owner {
    /* A line has come; it is answered with connection_reply, now or later. */
    void (*handle)(void *data, struct connection *connection, struct span line);
    /* What was written has been taken. */
    void (*drained)(void *data, struct connection *connection);
    /* The connection is about to be closed. */
    void (*lost)(void *data, struct connection *connection);
    void *data;
    /* The connection is closed; what it has received and not dealt with no longer counts. */
    void (*forget)(struct connection_owner *owner, struct connection *connection);
    size_t received, unsent; /* bytes, of all connections */
};

struct connection {
    uv_pipe_t pipe; /* its data is the connection */
    struct connection_owner *owner;
    struct connection *next, *previous;
    pid_t process;      /* the peer's */
    struct buffer in;   /* received and not yet dealt with */
    size_t searched;    /* bytes of it without a line end */
    size_t unsent;      /* bytes that are being written */
    size_t queued;      /* of them, those that had not been taken when it was checked last */
    uint64_t active_ms; /* when there was progress last, by the loop's clock */
    size_t references;  /* jobs that will answer, and the connection itself */
    bool is_busy;       /* with a request */
    bool is_taking;     /* lines are being taken up, further up the stack */
    bool is_subscribed;
    bool has_ended; /* the peer sends no more; what it has asked is still answered */
    bool is_closing;
};

/* Begin to read. The connection owns itself and is freed once it is closed and not held. */
void connection_start(struct connection *connection);
void connection_close(struct connection *connection);

/* For a job that answers later. */
void connection_hold(struct connection *connection);
void connection_release(struct connection *connection);

/* Answer the request that is being dealt with. Takes the bytes of @reply; empty for a notification. */
void connection_reply(struct connection *connection, struct buffer *reply);
/* Write something else, such as events. Takes @text. */
void connection_write(struct connection *connection, struct buffer *text);
/* Answer, and close once that is written. */
void connection_reply_last(struct connection *connection, struct buffer *reply);

/* Close it if it has been idle for too long. */
void connection_check(struct connection *connection, uint64_t now_ms);

#endif
