/*
 * The loop of "batchctl mcp": standard input and output, signals, and the calls that wait.
 */
#ifndef BATCHCTL_MCP_LOOP_H
#define BATCHCTL_MCP_LOOP_H

#include "cli/options.h"

/* Serve until the end of standard input, or SIGTERM, SIGINT or SIGHUP. Returns the exit status. */
int mcp_loop_run(struct options *options);

#endif
