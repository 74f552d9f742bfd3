/*
 * What is shown by the tool achievement_show: all about one achievement, and a part of one of its documents.
 */
#ifndef BATCHCTL_MCP_SHOW_H
#define BATCHCTL_MCP_SHOW_H

#include <stdbool.h>

#include "mcp/mcp_call.h"

bool mcp_show_run(struct mcp_call *call);

#endif
