/*
 * Lines of a client of MCP: what comes in on a stream, cut at newlines, each a message. A line that is too long is
 * skipped without being kept.
 */
#ifndef BATCHCTL_MCP_LINES_H
#define BATCHCTL_MCP_LINES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"

enum { MCP_LINE_BYTES_MOST = 1 << 20 };

/* {0} is valid and empty. */
struct mcp_lines {
    struct buffer text;
    size_t taken, searched; /* bytes handed out; bytes without a newline behind those */
    bool is_skipping;       /* the rest of a line that is too long */
};

enum mcp_line { MCP_LINE_NONE, MCP_LINE_WHOLE, MCP_LINE_TOO_LONG };

void mcp_lines_add(struct mcp_lines *lines, struct span part);
/* The next line, without its end; borrowed until the next mcp_lines_add. TOO_LONG comes once for each such line. */
enum mcp_line mcp_lines_next(struct mcp_lines *lines, struct span *line);
void mcp_lines_release(struct mcp_lines *lines);

#endif
