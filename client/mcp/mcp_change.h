/*
 * A change: the request that batch_preview is asked for, and what its token carries to the tool that applies it. The
 * server keeps nothing in between: token = base64url(JSON) "." the token of the batch or undo itself.
 */
#ifndef BATCHCTL_MCP_CHANGE_H
#define BATCHCTL_MCP_CHANGE_H

#include <stdbool.h>
#include <stdint.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "config/config.h"
#include "format/json.h"

enum { MCP_TOKEN_JSON_BYTES_MOST = 4096 };

/* What can be done, as batch_preview names it. */
struct mcp_action {
    const char *name, *method;
    enum config_mcp right; /* what it needs of [mcp] allow */
    enum batch_kind kind;  /* of create */
    bool is_decision;      /* a reviewer's, which decision_apply applies */
    const char *kind_name; /* of create, as batch_preview names it; or NULL */
    const char *arguments; /* of the command */
};

/* {0} is empty. Texts lie in the arena, or are borrowed. */
struct mcp_change {
    struct arena arena;
    const struct mcp_action *action;
    struct request request; /* without who asks; with the token of the batch, if it was read from a token */
};

/* From the arguments of batch_preview. USAGE where they contradict each other. */
bool mcp_change_read(struct mcp_change *change, const cJSON *arguments, struct error *error);
void mcp_change_release(struct mcp_change *change);

bool mcp_change_is_undo(const struct mcp_change *change);
/* Append the command that does the same. */
void mcp_change_append_command(struct buffer *text, const struct mcp_change *change);

/* Append the token of what @preview has answered to the request. USAGE if it would be too long. */
bool mcp_change_append_token(struct buffer *token, const struct mcp_change *change, const struct answer *preview,
                             struct error *error);
/*
 * Read a token. @schema: the input of batch_preview, which its content must fit. @text: as in the preview.
 *   USAGE  it is no token; or the text is another one
 */
bool mcp_change_read_token(struct mcp_change *change, const char *token, const char *text, const cJSON *schema,
                           struct error *error);

#endif
