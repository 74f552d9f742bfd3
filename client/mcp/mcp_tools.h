/*
 * The tools: the table of what a client can call. Names, descriptions and schemas are those of tools.json, which is a
 * part of the program.
 */
#ifndef BATCHCTL_MCP_TOOLS_H
#define BATCHCTL_MCP_TOOLS_H

#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_call.h"

enum { MCP_TOOLS = 9 };

struct mcp_tools {
    struct json list; /* tools.json */
    struct mcp_tool tools[MCP_TOOLS];
};

void mcp_tools_load(struct mcp_tools *tools);
void mcp_tools_release(struct mcp_tools *tools);

/* NULL if there is no such tool. */
const struct mcp_tool *mcp_tools_find(const struct mcp_tools *tools, const char *name);
/* Write the array of all tools as "tools". */
void mcp_tools_write_list(struct json_writer *writer);

#endif
