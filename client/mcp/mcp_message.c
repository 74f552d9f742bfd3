#include "mcp/mcp_message.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/version.h"

#define META_PREFIX "io.modelcontextprotocol/"

enum { LIST_TTL_MS = 3600000 };

const char *const mcp_versions[] = {"2026-07-28", MCP_LEGACY_VERSION, "2025-06-18", "2025-03-26", "2024-11-05", NULL};

bool mcp_set_fault(struct mcp_fault *fault, enum mcp_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(fault->reason, sizeof fault->reason, format, arguments);
    va_end(arguments);
    fault->code = code;
    return false;
}

/* --- reading --- */

/* A string or an integer, as ids and progress tokens are; empty if it is neither. */
static struct span token_of(struct json *json, const cJSON *node) {
    if (!cJSON_IsString(node) && !cJSON_IsNumber(node))
        return (struct span){0};
    struct span text = json_written(json, node);
    bool is_integer = true;
    for (size_t i = 0; i < text.length && cJSON_IsNumber(node); i++)
        is_integer &= text.data[i] == '-' || (text.data[i] >= '0' && text.data[i] <= '9');
    return is_integer ? text : (struct span){0};
}

static bool is_known(const char *version) {
    for (const char *const *known = mcp_versions; *known; known++)
        if (strcmp(*known, version) == 0)
            return true;
    return false;
}

static bool read_meta(struct mcp_message *message, struct mcp_fault *fault) {
    const cJSON *meta = json_get(message->params, "_meta");
    const cJSON *version = json_get(meta, META_PREFIX "protocolVersion");
    if (meta && !cJSON_IsObject(meta))
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "params._meta must be an object");
    message->progress_token = token_of(&message->json, json_get(meta, "progressToken"));
    message->is_modern = version;
    if (!version)
        return true;
    if (!cJSON_IsString(version))
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "params._meta: the version must be a string");
    if (!is_known(version->valuestring)) {
        fault->version = version->valuestring;
        return mcp_set_fault(fault, MCP_UNSUPPORTED_VERSION, "Unsupported protocol version");
    }
    if (!cJSON_IsObject(json_get(meta, META_PREFIX "clientCapabilities")) && message->id.length)
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "params._meta lacks " META_PREFIX "clientCapabilities");
    return true;
}

static bool read_members(struct mcp_message *message, struct mcp_fault *fault) {
    const cJSON *root = message->json.root, *id = json_get(root, "id"), *method = json_get(root, "method");
    const cJSON *params = json_get(root, "params");
    const char *version = json_get_string(root, "jsonrpc");
    message->id = token_of(&message->json, id);
    if (!version || strcmp(version, "2.0") != 0)
        return mcp_set_fault(fault, MCP_INVALID_REQUEST, "\"jsonrpc\" must be \"2.0\"");
    bool is_response = !method && (json_get(root, "result") || json_get(root, "error"));
    if (is_response)
        return true;
    if (id && message->id.length == 0)
        return mcp_set_fault(fault, MCP_INVALID_REQUEST, "the id must be a string or an integer");
    if (!method || !cJSON_IsString(method))
        return mcp_set_fault(fault, MCP_INVALID_REQUEST, "the method is missing");
    if (params && !cJSON_IsObject(params))
        return mcp_set_fault(fault, MCP_INVALID_PARAMS, "params must be an object");
    message->method = method->valuestring;
    message->params = params;
    return read_meta(message, fault);
}

bool mcp_message_read(struct mcp_message *message, struct span line, struct mcp_fault *fault) {
    AUTO(diagnostics) faults = {0};
    *message = (struct mcp_message){0};
    if (!json_parse(&message->json, line, NULL, &faults))
        return mcp_set_fault(fault, MCP_PARSE_ERROR, "this is no JSON: %.200s", faults.items[0].message);
    if (cJSON_IsArray(message->json.root))
        return mcp_set_fault(fault, MCP_INVALID_REQUEST, "send one request a line: arrays of requests are not served");
    if (!cJSON_IsObject(message->json.root))
        return mcp_set_fault(fault, MCP_INVALID_REQUEST, "a message is an object");
    return read_members(message, fault);
}

void mcp_message_release(struct mcp_message *message) {
    json_release(&message->json);
    *message = (struct mcp_message){0};
}

/* --- writing --- */

static void open_message(struct json_writer *writer, struct span id) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "jsonrpc", "2.0");
    if (id.length) {
        json_writer_key(writer, "id");
        json_writer_raw(writer, id);
    }
}

/* With the one object in it that is open. */
static void close_message(struct json_writer *writer) {
    json_writer_close_object(writer);
    json_writer_close_object(writer);
    buffer_append_byte(writer->buffer, '\n');
}

void mcp_write_list(struct json_writer *writer, const char *key, const char *text) {
    AUTO(buffer) list = {0};
    for (struct span rest = span_of(text), line; span_next_line(&rest, &line);)
        buffer_append_span(&list, line);
    json_writer_key(writer, key);
    json_writer_raw(writer, buffer_span(&list));
}

void mcp_write_server(struct json_writer *writer, const char *key) {
    json_writer_key_object(writer, key);
    json_writer_key_string(writer, "name", "batchd");
    json_writer_key_string(writer, "version", program_version);
    json_writer_close_object(writer);
}

void mcp_open_result(struct json_writer *writer, struct span id, bool is_modern, bool is_cacheable) {
    open_message(writer, id);
    json_writer_key_object(writer, "result");
    if (!is_modern)
        return;
    json_writer_key_string(writer, "resultType", "complete");
    if (is_cacheable) {
        json_writer_key_unsigned(writer, "ttlMs", LIST_TTL_MS);
        json_writer_key_string(writer, "cacheScope", "public");
    }
    json_writer_key_object(writer, "_meta");
    mcp_write_server(writer, META_PREFIX "serverInfo");
    json_writer_close_object(writer);
}

void mcp_close_result(struct json_writer *writer) {
    close_message(writer);
}

static void write_versions(struct json_writer *writer, const char *requested) {
    json_writer_key_object(writer, "data");
    json_writer_key_array(writer, "supported");
    for (const char *const *version = mcp_versions; *version; version++)
        json_writer_string(writer, *version);
    json_writer_close_array(writer);
    json_writer_key_string(writer, "requested", requested);
    json_writer_close_object(writer);
}

void mcp_write_fault(struct buffer *line, struct span id, const struct mcp_fault *fault) {
    struct json_writer writer = {.buffer = line};
    open_message(&writer, id);
    json_writer_key_object(&writer, "error");
    json_writer_key_number(&writer, "code", fault->code);
    json_writer_key_string(&writer, "message", fault->reason);
    if (fault->version)
        write_versions(&writer, fault->version);
    close_message(&writer);
}

void mcp_write_progress(struct buffer *line, struct span token, unsigned progress, const char *message) {
    struct json_writer writer = {.buffer = line};
    open_message(&writer, (struct span){0});
    json_writer_key_string(&writer, "method", "notifications/progress");
    json_writer_key_object(&writer, "params");
    json_writer_key(&writer, "progressToken");
    json_writer_raw(&writer, token);
    json_writer_key_unsigned(&writer, "progress", progress);
    json_writer_key_string(&writer, "message", message);
    close_message(&writer);
}
