#include "mcp/mcp_server.h"

#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_message.h"
#include "mcp/mcp_prompts.h"
#include "mcp/mcp_result.h"

void mcp_server_init(struct mcp_server *server, struct options *options) {
    *server = (struct mcp_server){0};
    mcp_access_init(&server->access, options);
    mcp_tools_load(&server->tools);
}

void mcp_server_release(struct mcp_server *server) {
    for (size_t i = 0; i < server->call_count; i++)
        mcp_call_free(server->calls[i]);
    mcp_access_release(&server->access);
    mcp_tools_release(&server->tools);
    buffer_release(&server->line);
    buffer_release(&server->out);
    *server = (struct mcp_server){0};
}

/* --- calls --- */

static void finish(struct mcp_server *server, struct mcp_call *call) {
    mcp_result_write(&call->result, &server->out, buffer_span(&call->id), call->is_modern, call->tool->output);
    mcp_call_free(call);
}

static void keep(struct mcp_server *server, struct mcp_call *call) {
    call->progress_ms = clock_now_ms() + MCP_PROGRESS_MS;
    if (server->call_count < MCP_CALLS_MOST) {
        server->calls[server->call_count++] = call;
        return;
    }
    error_set(&call->result.error, ERROR_CONFLICT, "%d calls are waiting already", MCP_CALLS_MOST);
    finish(server, call);
}

static void remove_call(struct mcp_server *server, size_t position) {
    memmove(server->calls + position, server->calls + position + 1,
            (--server->call_count - position) * sizeof *server->calls);
}

static void report_progress(struct mcp_server *server, struct mcp_call *call, int64_t now_ms) {
    if (now_ms < call->progress_ms)
        return;
    call->progress_ms = now_ms + MCP_PROGRESS_MS;
    if (call->progress_token.length)
        mcp_write_progress(&server->out, buffer_span(&call->progress_token), ++call->progress,
                           call->watch ? "waiting for an event" : "waiting for a lock");
}

void mcp_server_run(struct mcp_server *server, const bool *is_readable) {
    int64_t now_ms = clock_now_ms();
    size_t count = server->call_count;
    bool is_done[MCP_CALLS_MOST] = {false};
    for (size_t i = 0; i < count; i++) {
        struct mcp_call *call = server->calls[i];
        if (now_ms >= call->again_ms || is_readable[i])
            is_done[i] = mcp_call_run(call);
        if (!is_done[i])
            report_progress(server, call, now_ms);
    }
    for (size_t i = count; i > 0; i--)
        if (is_done[i - 1]) {
            struct mcp_call *call = server->calls[i - 1];
            remove_call(server, i - 1);
            finish(server, call);
        }
}

int64_t mcp_server_due_ms(const struct mcp_server *server) {
    int64_t due_ms = INT64_MAX;
    for (size_t i = 0; i < server->call_count; i++) {
        const struct mcp_call *call = server->calls[i];
        int64_t next_ms = call->again_ms < call->progress_ms ? call->again_ms : call->progress_ms;
        due_ms = next_ms < due_ms ? next_ms : due_ms;
    }
    return due_ms;
}

static bool call_tool(struct mcp_server *server, struct mcp_message *message, struct mcp_fault *fault) {
    const char *name = json_get_string(message->params, "name");
    const cJSON *arguments = json_get(message->params, "arguments");
    const struct mcp_tool *tool = name ? mcp_tools_find(&server->tools, name) : NULL;
    if (!tool)
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "there is no tool \"%.100s\"", name ? name : "");
    struct span text =
        arguments && !cJSON_IsNull(arguments) ? json_written(&message->json, arguments) : (struct span){0};
    struct mcp_call *call = mcp_call_new(tool, &server->access, text);
    call->is_modern = message->is_modern;
    buffer_append_span(&call->id, message->id);
    buffer_append_span(&call->progress_token, message->progress_token);
    if (mcp_call_run(call))
        finish(server, call);
    else
        keep(server, call);
    return true;
}

/* --- the other methods --- */

static void write_capabilities(struct json_writer *writer) {
    mcp_write_list(writer, "capabilities", "{\"tools\":{},\"prompts\":{}}");
}

static void write_instructions(struct json_writer *writer, struct mcp_server *server) {
    enum { ROOT_BYTES_MOST = 200 };
    AUTO(buffer) text = {0};
    struct span root = span_of(mcp_access_root(&server->access));
    bool is_named = root.length && root.length <= ROOT_BYTES_MOST;
    buffer_append_format(
        &text,
        "Plans are folders of Markdown below %.*s. Loop: work_take, do what its brief says, work_end. Code 7 from "
        "work_keep: you lost the work; stop. To create files: batch_preview, then batch_apply with its token. Never "
        "write APPROVED, FIX, SKIPPED or SUBMITTED files yourself.",
        is_named ? (int)root.length : 27, is_named ? root.data : "the root that plan_status says");
    json_writer_key_string(writer, "instructions", text.data);
}

static bool initialize(struct mcp_server *server, const struct mcp_message *message, struct json_writer *result,
                       struct mcp_fault *fault) {
    const char *wanted = json_get_string(message->params, "protocolVersion"), *version = MCP_LEGACY_VERSION;
    if (!wanted)
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "params.protocolVersion is missing");
    for (const char *const *known = mcp_versions + 1; *known; known++) /* the first one is of the other era */
        version = strcmp(*known, wanted) == 0 ? *known : version;
    server->is_initialized = true;
    json_writer_key_string(result, "protocolVersion", version);
    write_capabilities(result);
    mcp_write_server(result, "serverInfo");
    write_instructions(result, server);
    return true;
}

static bool discover(struct mcp_server *server, const struct mcp_message *message, struct json_writer *result,
                     struct mcp_fault *fault) {
    if (!message->is_modern)
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "params._meta is missing");
    json_writer_key_array(result, "supportedVersions");
    for (const char *const *version = mcp_versions; *version; version++)
        json_writer_string(result, *version);
    json_writer_close_array(result);
    write_capabilities(result);
    write_instructions(result, server);
    return true;
}

static bool get_prompt(struct mcp_server *server, const struct mcp_message *message, struct json_writer *result,
                       struct mcp_fault *fault) {
    return mcp_prompts_write(result, &server->access, message->params, fault);
}

/* --- messages --- */

enum trait {
    LEGACY = 1,
    MODERN = 2,
    FIRST = 4, /* needs no initialize */
    LIST = 8,  /* is always the same */
    CALL = 16, /* of a tool: the result may come later */
};

static const struct method {
    const char *name;
    int traits;
    /* Writes the members of the result; false with a fault. NULL: it has none, or the list @key. */
    bool (*write)(struct mcp_server *server, const struct mcp_message *message, struct json_writer *result,
                  struct mcp_fault *fault);
    const char *key, *list;
} methods[] = {
    {"initialize", LEGACY | FIRST, initialize, NULL, NULL},
    {"server/discover", LEGACY | MODERN | FIRST | LIST, discover, NULL, NULL},
    {"ping", LEGACY | FIRST, NULL, NULL, NULL},
    {"tools/list", LEGACY | MODERN | LIST, NULL, "tools", mcp_tools_text},
    {"tools/call", LEGACY | MODERN | CALL, NULL, NULL, NULL},
    {"prompts/list", LEGACY | MODERN | LIST, NULL, "prompts", mcp_prompts_text},
    {"prompts/get", LEGACY | MODERN, get_prompt, NULL, NULL},
};

/* Lists come on one page. */
static bool write_list(const struct method *method, const struct mcp_message *message, struct json_writer *result,
                       struct mcp_fault *fault) {
    if (json_get(message->params, "cursor"))
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "there is no such page: the list has one");
    mcp_write_list(result, method->key, method->list);
    return true;
}

static bool write_result(struct mcp_server *server, const struct method *method, const struct mcp_message *message,
                         struct mcp_fault *fault) {
    struct json_writer writer = {.buffer = &server->out};
    size_t before = server->out.length;
    mcp_open_result(&writer, message->id, message->is_modern, method->traits & LIST);
    bool is_written = method->write ? method->write(server, message, &writer, fault)
                                    : !method->list || write_list(method, message, &writer, fault);
    if (is_written)
        mcp_close_result(&writer);
    else
        buffer_truncate(&server->out, before);
    return is_written;
}

static bool answer(struct mcp_server *server, struct mcp_message *message, struct mcp_fault *fault) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const struct method *method = &methods[i];
        if (strcmp(method->name, message->method) != 0 || !(method->traits & (message->is_modern ? MODERN : LEGACY)))
            continue;
        if (!message->is_modern && !(method->traits & FIRST) && !server->is_initialized)
            return mcp_set_fault(fault, MCP_INVALID_PARAMS, "initialize first, or send params._meta (2026-07-28)");
        return method->traits & CALL ? call_tool(server, message, fault) : write_result(server, method, message, fault);
    }
    return mcp_set_fault(fault, MCP_METHOD_NOT_FOUND, "there is no method \"%.100s\"", message->method);
}

/* The client does not want the answer any more. */
static void cancel(struct mcp_server *server, struct mcp_message *message) {
    const cJSON *id = json_get(message->params, "requestId");
    struct span wanted = id ? json_written(&message->json, id) : (struct span){0};
    for (size_t i = 0; wanted.length && i < server->call_count; i++) {
        struct mcp_call *call = server->calls[i];
        if (wanted.length != call->id.length || memcmp(wanted.data, call->id.data, wanted.length) != 0)
            continue;
        remove_call(server, i);
        mcp_call_free(call);
        return;
    }
}

static void take_line(struct mcp_server *server, struct span line) {
    AUTO(mcp_message) message = {0};
    struct mcp_fault fault = {0};
    if (span_trim(line).length == 0)
        return;
    bool is_served = mcp_message_read(&message, line, &fault);
    bool is_notification = message.method && message.id.length == 0;
    if (is_served && is_notification && strcmp(message.method, "notifications/cancelled") == 0)
        cancel(server, &message);
    else if (is_served && message.method && !is_notification)
        is_served = answer(server, &message, &fault);
    if (!is_served && !is_notification)
        mcp_write_fault(&server->out, message.id, &fault);
}

void mcp_server_take(struct mcp_server *server, struct span part) {
    static const struct mcp_fault too_long = {MCP_PARSE_ERROR, "a line of more than 1 MiB", NULL};
    while (part.length) {
        const char *end = memchr(part.data, '\n', part.length);
        size_t length = end ? (size_t)(end - part.data) : part.length;
        if (!server->is_skipping)
            buffer_append(&server->line, part.data, length);
        if (server->line.length > MCP_LINE_BYTES_MOST) { /* dropped at once, and what follows of it as it comes */
            mcp_write_fault(&server->out, (struct span){0}, &too_long);
            buffer_clear(&server->line);
            server->is_skipping = true;
        }
        if (end) {
            take_line(server, buffer_span(&server->line));
            buffer_clear(&server->line);
            server->is_skipping = false;
        }
        part = span_skip(part, length + (end != NULL));
    }
}
