/*
 * The prompts that a client can offer to its user: those of "batchctl prompt", one message each.
 */
#ifndef BATCHCTL_MCP_PROMPTS_H
#define BATCHCTL_MCP_PROMPTS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_message.h"

extern const char mcp_prompts_text[]; /* prompts.json, made by the build */

/*
 * Write the members of the result of prompts/get. INVALID_PARAMS if there is no such prompt, an argument is missing, or
 * there is no such text for what is named.
 */
bool mcp_prompts_write(struct json_writer *writer, struct mcp_access *access, const cJSON *params,
                       struct mcp_fault *fault);

/*
 * Append what "batchctl prompt KIND PLAN --ids ID" prints; @id NULL for "discover". NOT_FOUND, with the reason, if
 * there is none for it; else as that method.
 */
bool mcp_prompts_append(struct buffer *text, struct mcp_access *access, const char *kind, const char *plan,
                        const char *id, struct error *error);

#endif
