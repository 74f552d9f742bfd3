/*
 * RPC: what a client and the daemon say to each other, JSON-RPC 2.0, one message a line, UTF-8. Bytes to structs and
 * back; no I/O. See docs/protocol.md.
 *
 * A request names the root it is meant for, the protocol it speaks and, if it is about plans, the version that asks, so
 * a client needs no greeting: a daemon that serves another root, or that might answer otherwise than the client itself
 * does, refuses.
 */
#ifndef BATCHD_RPC_H
#define BATCHD_RPC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/request.h"
#include "base/buffer.h"
#include "disk/files.h"
#include "format/json.h"
#include "format/json_writer.h"

enum {
    RPC_PROTOCOL = 2,
    RPC_LINE_BYTES_MOST = 1 << 20,
    RPC_COMMAS_MOST = 20000, /* in a request: a value takes thirty times its text while it is looked at */
};

/* The codes of errors of the protocol. What goes wrong with a request itself is an answer (see answer.h). */
enum rpc_code {
    RPC_PARSE_ERROR = -32700,
    RPC_INVALID_REQUEST = -32600,
    RPC_METHOD_NOT_FOUND = -32601,
    RPC_INVALID_PARAMS = -32602,
    RPC_OTHER_ROOT = -32001,     /* this daemon serves another root */
    RPC_OTHER_PROTOCOL = -32002, /* ... or speaks another protocol, or is not the version that asks */
    RPC_BUSY = -32003,           /* a limit is reached, or it is about to stop: try later, or do it yourself */
    RPC_CLAIMS_UNSEEN = -32005,  /* it does not see the claims of that repository */
    RPC_OTHER_FORM = -32004,     /* the reply cannot be had in this form: none of this method, or too large */
};

/* A root as requests name it: "device:inode", decimal. */
struct rpc_root {
    char text[48];
};
struct rpc_root rpc_root_of(const struct file_identity *identity);

/* An error of the protocol. */
struct rpc_fault {
    enum rpc_code code;
    char reason[160]; /* one line */
};
/* False, for a caller that fails with it. */
bool rpc_set_fault(struct rpc_fault *fault, enum rpc_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* A request as it came in, or a notification. Texts are borrowed from the line and from its own memory. {0} is empty.
 */
struct rpc_message {
    struct json json;
    struct span id; /* as it was written; empty for a notification, which gets no answer */
    const char *method;
    const cJSON *params;    /* an object, or NULL */
    const char *root;       /* that it is meant for, or NULL if it does not say */
    const char *version;    /* that it wants to be answered by, or NULL for any */
    uint64_t protocol;      /* 0 if it does not say */
    struct request request; /* see request_wire.h */
    const char **ids;       /* owned; those of the request's selection */
    char *levels;           /* owned; those of the request's selection */
};

/* Begin and end the line of a call; its parameters are written in between. A root with an empty text is any. */
void rpc_open_call(struct json_writer *writer, uint64_t id, const char *method, const struct rpc_root *root);
void rpc_close_call(struct json_writer *writer);
/* Append the line of a call of a method that only the daemon has, such as "ping", of any version; @members are those of
 * a JSON object, or empty. */
void rpc_write_call(struct buffer *line, uint64_t id, const char *method, struct span members,
                    const struct rpc_root *root);

/* Read one line, without its end. False if it is no request. The caller releases @message either way. */
bool rpc_read_message(struct rpc_message *message, struct span line, struct rpc_fault *fault);
void rpc_message_release(struct rpc_message *message);

/* Append what is said to the request of this id; an empty one is null. @result is JSON. */
void rpc_write_result(struct buffer *line, struct span id, struct span result);
void rpc_write_fault(struct buffer *line, struct span id, const struct rpc_fault *fault);

/* Read the fault in a line. Without one, its code is 0, and this is false. */
bool rpc_read_fault(struct span line, struct rpc_fault *fault);

#endif
