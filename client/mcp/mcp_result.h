/*
 * The result of a call of a tool: an outcome, facts for programs and the same as text, which together stay below what
 * clients accept.
 */
#ifndef BATCHCTL_MCP_RESULT_H
#define BATCHCTL_MCP_RESULT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "format/json.h"
#include "format/json_writer.h"

enum {
    MCP_RESULT_BYTES_MOST = 32768, /* of the line; clients cut at 25,000 tokens */
    MCP_TEXT_BYTES_MOST = 8192,
    MCP_FACTS_BYTES_MOST = 20000,
};

/* Made by mcp_result_begin. All sizes are those of JSON. */
struct mcp_result {
    struct error error;     /* the outcome; NONE if all went well */
    struct buffer facts;    /* the members that the tool writes: all keys of its schema */
    struct json_writer out; /* writes them */
    struct buffer text;     /* the same for people and models; after an error, other errors */
    struct buffer warnings; /* one line each */
};

void mcp_result_begin(struct mcp_result *result);
void mcp_result_release(struct mcp_result *result);

/* Make the outcome of @answer that of the result, with what it has to say; false if it failed. */
bool mcp_result_take(struct mcp_result *result, const struct answer *answer);
/* Append to the text what the verb prints of @answer. */
void mcp_result_say(struct mcp_result *result, const struct answer *answer);
/* Keep the warnings of @diagnostics. */
void mcp_result_warn(struct mcp_result *result, const struct diagnostics *diagnostics);

/* Is there room for @more bytes of facts? */
bool mcp_result_has_room(const struct mcp_result *result, size_t more);
/* Write a fact; 0 is null. */
void mcp_result_write_number(struct mcp_result *result, const char *key, uint64_t number);
/* As much of @text as takes at most @most bytes: whole lines, or of a longer line whole characters. */
struct span mcp_result_fit(struct span text, size_t most);

/*
 * Append the line of the answer to the request @id: code, message and hint, then the facts; after a failure null for
 * each key of @output, the schema of the tool's output.
 */
void mcp_result_write(struct mcp_result *result, struct buffer *line, struct span id, bool is_modern,
                      const cJSON *output);

#endif
