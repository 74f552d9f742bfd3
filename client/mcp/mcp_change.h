/*
 * A change: what batch_preview is asked for, and what its token carries to the tool that applies it. The server keeps
 * nothing in between: token = base64url(JSON) "." the token of the batch itself.
 */
#ifndef BATCHCTL_MCP_CHANGE_H
#define BATCHCTL_MCP_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/request.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "config/config.h"
#include "format/json.h"

enum { MCP_TOKEN_JSON_BYTES_MOST = 4096, MCP_CHANGE_IDS_MOST = 200 };

struct mcp_action; /* of mcp_change.c: "create", "rework", "submit", "approve", "reject", "skip" or "undo" */

/* {0} is empty. Texts lie in the arena, or are borrowed from the arguments. */
struct mcp_change {
    struct arena arena;
    const struct mcp_action *action;
    const char *plan; /* as it was named, or its path; or NULL */
    const char *kind; /* of create */
    bool has_level;
    uint64_t level;
    const char *ids[MCP_CHANGE_IDS_MOST];
    size_t id_count;
    uint64_t batch;       /* of undo */
    const char *text;     /* or NULL */
    char levels[24];      /* the level as a selection has it */
    const char *expected; /* the token of the batch; NULL in a preview */
};

/* From the arguments of batch_preview. USAGE where they contradict each other. */
bool mcp_change_read(struct mcp_change *change, const cJSON *arguments, struct error *error);
void mcp_change_release(struct mcp_change *change);

/* "create", ... */
const char *mcp_change_name(const struct mcp_change *change);
bool mcp_change_is_undo(const struct mcp_change *change);
/* Is it a reviewer's decision, which decision_apply applies? */
bool mcp_change_is_decision(const struct mcp_change *change);
/* What it needs of [mcp] allow. */
enum config_mcp mcp_change_right(const struct mcp_change *change);
/* Append the command that does the same. */
void mcp_change_append_command(struct buffer *text, const struct mcp_change *change);

/* The request for it, which borrows from it; the caller adds who asks. */
void mcp_change_fill(const struct mcp_change *change, struct request *request);

/* Append the token. USAGE if it would be too long. @expected: of the batch. */
bool mcp_change_append_token(struct buffer *token, const struct mcp_change *change, const char *expected,
                             struct error *error);
/*
 * Read a token. @schema: the input of batch_preview, which its content must fit. @text: as in the preview.
 *   USAGE  it is no token; or the text is another one
 */
bool mcp_change_read_token(struct mcp_change *change, const char *token, const char *text, const cJSON *schema,
                           struct error *error);

#endif
