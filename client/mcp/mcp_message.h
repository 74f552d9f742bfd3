/*
 * Messages of the Model Context Protocol (MCP): JSON-RPC 2.0, one message a line. Bytes to structs and back; no I/O.
 *
 * The protocol has two eras, and each message says which one is its own: a modern one (2026-07-28) names its version in
 * params._meta; any other is a legacy one, which needs an "initialize" before it.
 */
#ifndef BATCHCTL_MCP_MESSAGE_H
#define BATCHCTL_MCP_MESSAGE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "format/json.h"
#include "format/json_writer.h"

enum mcp_code {
    MCP_PARSE_ERROR = -32700,
    MCP_INVALID_REQUEST = -32600,
    MCP_METHOD_NOT_FOUND = -32601,
    MCP_INVALID_PARAMS = -32602,
    MCP_INTERNAL_ERROR = -32603,
    MCP_UNSUPPORTED_VERSION = -32022,
};

/* All that are spoken, the newest first; NULL ends them. */
extern const char *const mcp_versions[];
/* The newest one of the legacy era. */
#define MCP_LEGACY_VERSION "2025-11-25"

/* An error of the protocol. */
struct mcp_fault {
    enum mcp_code code;
    char reason[240];
    const char *version; /* UNSUPPORTED_VERSION: the one that was asked for; borrowed from the message */
};
/* False, for a caller that fails with it. */
bool mcp_set_fault(struct mcp_fault *fault, enum mcp_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* {0} is empty. Everything is borrowed from the line and from its own memory. */
struct mcp_message {
    struct json json;
    struct span id;             /* as it was written; empty for a notification, which gets no answer */
    const char *method;         /* NULL for a response, which a server that asks nothing ignores */
    const cJSON *params;        /* an object, or NULL */
    struct span progress_token; /* as it was written; empty if no progress is wanted */
    bool is_modern;
};

/*
 * Read a line. False if it is no message that can be served; then message->id is whose answer the fault is, if that is
 * known. The caller releases @message either way.
 */
bool mcp_message_read(struct mcp_message *message, struct span line, struct mcp_fault *fault);
void mcp_message_release(struct mcp_message *message);

/*
 * Begin and end the line of a result; its members are written in between. @is_cacheable: that of a list, which is the
 * same for the whole life of the server.
 */
void mcp_open_result(struct json_writer *writer, struct span id, bool is_modern, bool is_cacheable);
void mcp_close_result(struct json_writer *writer);
/* "serverInfo" or whatever @key is: {"name","version"} of this program. */
void mcp_write_server(struct json_writer *writer, const char *key);
/* A member of a result from a JSON text of the program, whose strings have no newlines: on one line. */
void mcp_write_list(struct json_writer *writer, const char *key, const char *text);

/*
 * Append the line of an error. An id that is not known, @id is empty, is left out: the schemas of MCP have it optional,
 * and no null. (On the daemon's socket it is null, as JSON-RPC 2.0 wants it.)
 */
void mcp_write_fault(struct buffer *line, struct span id, const struct mcp_fault *fault);
/* Append the line that says how far a call is: @progress grows. */
void mcp_write_progress(struct buffer *line, struct span token, unsigned progress, const char *message);

#endif
