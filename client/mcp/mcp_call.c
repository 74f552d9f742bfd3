#include "mcp/mcp_call.h"

#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "mcp/mcp_schema.h"
#include "session/session.h"

enum { LOCK_PAUSE_MS = 25 };

struct mcp_call *mcp_call_new(const struct mcp_tool *tool, struct mcp_access *access, struct span arguments) {
    struct mcp_call *call = memory_allocate(1, sizeof *call);
    call->tool = tool;
    call->access = access;
    call->descriptor = -1;
    buffer_append_span(&call->text, arguments.length ? arguments : span_of("{}"));
    mcp_result_begin(&call->result);
    return call;
}

void mcp_call_free(struct mcp_call *call) {
    if (call->watch)
        call->watch_free(call->watch);
    buffer_release(&call->id);
    buffer_release(&call->progress_token);
    json_release(&call->arguments);
    buffer_release(&call->text);
    mcp_result_release(&call->result);
    memory_free(call);
}

static bool begin(struct mcp_call *call, struct error *error) {
    call->begun_ms = clock_now_ms();
    bool is_object = json_read_ours(&call->arguments, buffer_span(&call->text)) && cJSON_IsObject(call->arguments.root);
    if (!is_object)
        return error_set(error, ERROR_USAGE, "the arguments must be an object");
    return mcp_schema_check(call->tool->input, call->arguments.root, error) && mcp_access_open(call->access, error) &&
           mcp_access_permit(call->access, call->tool->right, NULL, error);
}

bool mcp_call_run(struct mcp_call *call) {
    call->descriptor = -1;
    if (!call->begun_ms && !begin(call, &call->result.error))
        return true;
    return call->tool->run(call);
}

bool mcp_call_ask(struct mcp_call *call, const struct request *request, struct answer *answer) {
    session_view(&call->access->session, request, answer);
    return mcp_result_take(&call->result, answer);
}

static const cJSON *value_of(const struct mcp_call *call, const char *key) {
    return mcp_schema_value(call->tool->input, call->arguments.root, key);
}

const char *mcp_call_text(const struct mcp_call *call, const char *key) {
    const cJSON *value = value_of(call, key);
    return value ? value->valuestring : NULL;
}

uint64_t mcp_call_number(const struct mcp_call *call, const char *key) {
    const cJSON *value = value_of(call, key);
    return value ? (uint64_t)value->valuedouble : 0;
}

bool mcp_call_has(const struct mcp_call *call, const char *key) {
    return value_of(call, key);
}

bool mcp_call_wait(struct mcp_call *call, int pause_ms) {
    call->again_ms = clock_now_ms() + pause_ms;
    return false;
}

bool mcp_call_must_wait(struct mcp_call *call) {
    if (clock_now_ms() - call->begun_ms >= MCP_LOCK_MS || !mcp_access_is_locked(call->access))
        return false;
    mcp_call_wait(call, LOCK_PAUSE_MS);
    return true;
}
