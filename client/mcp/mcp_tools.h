/*
 * The tools: the table of what a client can call. Names, descriptions and schemas are those of tools.json, which is a
 * part of the program.
 */
#ifndef BATCHCTL_MCP_TOOLS_H
#define BATCHCTL_MCP_TOOLS_H

#include "format/json.h"
#include "mcp/mcp_call.h"

enum { MCP_TOOLS = 9 };

extern const char mcp_tools_text[]; /* tools.json, made by the build */

struct mcp_tools {
    struct json list; /* tools.json */
    struct mcp_tool tools[MCP_TOOLS];
};

void mcp_tools_load(struct mcp_tools *tools);
void mcp_tools_release(struct mcp_tools *tools);

/* NULL if there is no such tool. */
const struct mcp_tool *mcp_tools_find(const struct mcp_tools *tools, const char *name);

/* How far the plans are, and what is ready, a page at a time. */
mcp_run mcp_status_run;
/* All about one achievement, and a part of one of its documents. */
mcp_run mcp_show_run;
/* Take a claim with a brief of what to do, keep it, end it. */
mcp_run mcp_work_take, mcp_work_keep, mcp_work_end;
/* Preview a change, and apply what was previewed. */
mcp_run mcp_batch_preview, mcp_batch_apply, mcp_batch_decide;
/* Events since a cursor, or the next ones: from a daemon, or from a feed of this process where there is none. */
mcp_run mcp_events_wait;

#endif
