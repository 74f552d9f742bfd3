/*
 * The tools that write the files of plans, as batches: batch_preview, and batch_apply or decision_apply with its token.
 */
#ifndef BATCHCTL_MCP_BATCH_H
#define BATCHCTL_MCP_BATCH_H

#include <stdbool.h>

#include "mcp/mcp_call.h"

bool mcp_batch_preview(struct mcp_call *call);
bool mcp_batch_apply(struct mcp_call *call);
bool mcp_batch_decide(struct mcp_call *call);

#endif
