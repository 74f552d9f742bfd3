/*
 * Status by the tool plan_status: how far the plans are, and what is ready, a page at a time.
 */
#ifndef BATCHCTL_MCP_STATUS_H
#define BATCHCTL_MCP_STATUS_H

#include <stdbool.h>

#include "mcp/mcp_call.h"

bool mcp_status_run(struct mcp_call *call);

#endif
