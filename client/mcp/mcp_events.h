/*
 * The tool events_wait: events since a cursor, or the next ones. They come from a daemon, or from a feed of this
 * process where there is none.
 */
#ifndef BATCHCTL_MCP_EVENTS_H
#define BATCHCTL_MCP_EVENTS_H

#include <stdbool.h>

#include "mcp/mcp_call.h"

bool mcp_events_wait(struct mcp_call *call);

#endif
