/*
 * The command "batchctl mcp".
 */
#ifndef BATCHCTL_MCP_COMMAND_H
#define BATCHCTL_MCP_COMMAND_H

#include "cli/options.h"
#include "cli/verb.h"

int mcp_command_run(const struct verb *verb, struct options *options);

#endif
