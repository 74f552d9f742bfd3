/*
 * An RPC client: a connection to a daemon that serves a root, one request at a time, with a deadline for everything. It
 * is made by the first request, to the first of the root's addresses where a daemon of this root answers. If it has
 * been closed since it was used, it is made anew and asked again; not so for a write, which may have been done.
 */
#ifndef BATCHCTL_RPC_CLIENT_H
#define BATCHCTL_RPC_CLIENT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "api/reply.h"
#include "api/request.h"
#include "base/buffer.h"
#include "config/socket_path.h"
#include "wire/intake.h"
#include "wire/rpc.h"

enum rpc_outcome {
    RPC_ANSWERED,
    RPC_NO_DAEMON,    /* there is no daemon of this root */
    RPC_REJECTED,     /* it would not, see the fault; nothing has been done */
    RPC_DISCONNECTED, /* it went away before it had answered */
    RPC_TIMED_OUT,    /* it did not answer in time */
    RPC_MALFORMED,    /* what it sends is no message, or is too long for one (intake.h); the connection is closed */
};

struct rpc_client {
    int descriptor;                /* -1 while there is no connection */
    struct socket_paths addresses; /* owned */
    size_t next_address;
    pid_t process; /* that listens where it is, or was last, connected: the daemon, or a service manager for it */
    struct rpc_root root;
    struct buffer received; /* what came; the first @taken bytes have been handed out */
    size_t taken;
    struct intake intake; /* of the line that has not been handed out */
    uint64_t last_id;
    struct rpc_fault fault; /* why it refused */
};

/* Takes @addresses. Does not connect yet. */
void rpc_client_init(struct rpc_client *channel, struct socket_paths *addresses, const struct rpc_root *root);
void rpc_client_release(struct rpc_client *channel);

/* The socket it is, or was last, connected to; NULL if none. */
const char *rpc_client_name(const struct rpc_client *channel);

/*
 * Append what became of a call that has not been answered, as in "the daemon on S refuses: REASON". @timeout_ms: what
 * it was given. Nothing for NO_DAEMON.
 */
void rpc_client_explain(const struct rpc_client *channel, enum rpc_outcome outcome, int timeout_ms,
                        struct buffer *text);

/*
 * Send a request and take the line that answers it, borrowed until the next call. Up to @timeout_ms; ANSWERED does not
 * say that the line is a reply.
 */
enum rpc_outcome rpc_client_exchange(struct rpc_client *channel, const struct request *request, int timeout_ms,
                                     struct span *line);

/*
 * The same for a request with a form, and the bytes of the reply, for which it waits as long again. @reply is {0} but
 * after ANSWERED: only a whole reply is one.
 */
enum rpc_outcome rpc_client_ask(struct rpc_client *channel, const struct request *request, int timeout_ms,
                                struct reply *reply);

/* Call a method that only the daemon has; @members as for rpc_write_call. @result is JSON, borrowed until the next
 * call. */
enum rpc_outcome rpc_client_call(struct rpc_client *channel, const char *method, struct span members, int timeout_ms,
                                 struct span *result);

/* After rpc_client_ask has TIMED_OUT: wait on for the reply to that request. */
enum rpc_outcome rpc_client_wait(struct rpc_client *channel, int timeout_ms, struct reply *reply);

/* The next event, or another short line; borrowed until the next call. ANSWERED, DISCONNECTED, TIMED_OUT, MALFORMED. */
enum rpc_outcome rpc_client_next_line(struct rpc_client *channel, int timeout_ms, struct span *line);

#endif
