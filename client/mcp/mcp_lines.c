#include "mcp/mcp_lines.h"

#include <string.h>

void mcp_lines_add(struct mcp_lines *lines, struct span part) {
    struct buffer *text = &lines->text;
    if (lines->taken) {
        memmove(text->data, text->data + lines->taken, text->length - lines->taken);
        buffer_truncate(text, text->length - lines->taken);
        lines->taken = 0;
    }
    buffer_append_span(text, part);
}

/* The length of the line at its beginning; false if its end has not come yet. */
static bool find_end(struct mcp_lines *lines, size_t *length) {
    struct span rest = span_skip(buffer_span(&lines->text), lines->taken);
    struct span unseen = span_skip(rest, lines->searched);
    const char *end = unseen.length ? memchr(unseen.data, '\n', unseen.length) : NULL;
    lines->searched = end ? 0 : rest.length;
    *length = end ? (size_t)(end - rest.data) : rest.length;
    return end;
}

/* The beginning of a line that is too long is dropped at once, and what follows of it as it comes. */
static enum mcp_line skip(struct mcp_lines *lines) {
    bool is_news = !lines->is_skipping;
    lines->is_skipping = true;
    lines->taken = lines->text.length;
    lines->searched = 0;
    return is_news ? MCP_LINE_TOO_LONG : MCP_LINE_NONE;
}

enum mcp_line mcp_lines_next(struct mcp_lines *lines, struct span *line) {
    size_t length;
    for (;;) {
        bool is_whole = find_end(lines, &length);
        if (!is_whole)
            return lines->is_skipping || length > MCP_LINE_BYTES_MOST ? skip(lines) : MCP_LINE_NONE;
        *line = (struct span){lines->text.data + lines->taken, length};
        lines->taken += length + 1;
        bool was_skipping = lines->is_skipping;
        lines->is_skipping = false;
        if (!was_skipping)
            return length > MCP_LINE_BYTES_MOST ? MCP_LINE_TOO_LONG : MCP_LINE_WHOLE;
    }
}

void mcp_lines_release(struct mcp_lines *lines) {
    buffer_release(&lines->text);
    *lines = (struct mcp_lines){0};
}
