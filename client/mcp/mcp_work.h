/*
 * The tools of work: take a claim with a brief of what to do, keep it, end it.
 */
#ifndef BATCHCTL_MCP_WORK_H
#define BATCHCTL_MCP_WORK_H

#include <stdbool.h>

#include "mcp/mcp_call.h"

bool mcp_work_take(struct mcp_call *call);
bool mcp_work_keep(struct mcp_call *call);
bool mcp_work_end(struct mcp_call *call);

#endif
