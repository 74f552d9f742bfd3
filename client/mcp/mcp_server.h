/*
 * An MCP server: what a client sends, and what it gets. Calls that wait are kept; everything else is answered at once.
 * The loop around it is in mcp_loop.h.
 */
#ifndef BATCHCTL_MCP_SERVER_H
#define BATCHCTL_MCP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "cli/options.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_call.h"
#include "mcp/mcp_tools.h"

enum { MCP_LINE_BYTES_MOST = 1 << 20, MCP_CALLS_MOST = 32, MCP_PROGRESS_MS = 5000 };

struct mcp_server {
    struct mcp_access access;
    struct mcp_tools tools;
    struct buffer line;                     /* as far as it has come */
    bool is_skipping;                       /* the rest of one that is too long */
    struct buffer out;                      /* what is to be sent */
    struct mcp_call *calls[MCP_CALLS_MOST]; /* that wait; owned */
    size_t call_count;
    bool is_initialized; /* a client of the legacy era has introduced itself */
};

void mcp_server_init(struct mcp_server *server, struct options *options);
void mcp_server_release(struct mcp_server *server);

/* The client has sent @part. */
void mcp_server_take(struct mcp_server *server, struct span part);
/* Run the calls whose time has come, and those whose descriptor is readable: @is_readable by the position in calls. */
void mcp_server_run(struct mcp_server *server, const bool *is_readable);
/* When mcp_server_run is due; INT64_MAX if no call waits. */
int64_t mcp_server_due_ms(const struct mcp_server *server);

#endif
