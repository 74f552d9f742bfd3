#include "mcp/mcp_claims.h"

#include <string.h>

#include "api/request.h"
#include "base/buffer.h"
#include "mcp/mcp_json.h"

void mcp_claims_read(struct mcp_claims *claims, struct session *session, const char *plan) {
    const struct request request = {.method = "claims", .plan = plan};
    session_request(session, &request, &claims->answer);
    json_read_ours(&claims->json, buffer_span(&claims->answer.data));
}

void mcp_claims_release(struct mcp_claims *claims) {
    json_release(&claims->json);
    answer_release(&claims->answer);
    *claims = (struct mcp_claims){0};
}

static const cJSON *find(const struct mcp_claims *claims, const char *path, const char *id) {
    const cJSON *plan = mcp_json_first(claims->json.root, "plans");
    while (plan && strcmp(mcp_json_string(plan, "path"), path) != 0)
        plan = plan->next;
    const cJSON *item = mcp_json_first(plan, "claims");
    while (item && strcmp(mcp_json_string(item, "id"), id) != 0)
        item = item->next;
    return item;
}

const cJSON *mcp_claims_holder(const struct mcp_claims *claims, const char *path, const char *id) {
    const cJSON *claim = json_get(find(claims, path, id), "claim");
    return strcmp(mcp_json_string(claim, "state"), "held") == 0 ? claim : NULL;
}

const cJSON *mcp_claims_mark(const struct mcp_claims *claims, const char *path, const char *id) {
    const cJSON *mark = json_get(find(claims, path, id), "finished");
    return json_get_boolean(mark, "binds") ? mark : NULL;
}
