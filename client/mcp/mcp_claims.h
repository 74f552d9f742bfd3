/*
 * Claims beside the answers about plans: who works on what, and what was finished elsewhere.
 */
#ifndef BATCHCTL_MCP_CLAIMS_H
#define BATCHCTL_MCP_CLAIMS_H

#include "api/answer.h"
#include "format/json.h"
#include "session/session.h"

/* {0} is valid and empty. */
struct mcp_claims {
    struct answer answer;
    struct json json;
};

/* Read those of the plan, or with NULL of all. Where claims cannot be read there are none. */
void mcp_claims_read(struct mcp_claims *claims, struct session *session, const char *plan);
void mcp_claims_release(struct mcp_claims *claims);

/* The claim that holds the achievement; NULL if none does. */
const cJSON *mcp_claims_holder(const struct mcp_claims *claims, const char *path, const char *id);
/* The mark that binds it; NULL if none does. */
const cJSON *mcp_claims_mark(const struct mcp_claims *claims, const char *path, const char *id);

#endif
