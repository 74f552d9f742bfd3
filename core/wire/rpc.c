#include "wire/rpc.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "format/json_scanner.h"
#include "format/json_writer.h"

struct rpc_root rpc_root_of(const struct file_identity *identity) {
    struct rpc_root root;
    snprintf(root.text, sizeof root.text, "%" PRIu64 ":%" PRIu64, identity->device, identity->inode);
    return root;
}

bool rpc_set_fault(struct rpc_fault *fault, enum rpc_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fault->code = code;
    vsnprintf(fault->reason, sizeof fault->reason, format, arguments);
    va_end(arguments);
    return false;
}

static void open_message(struct json_writer *writer) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "jsonrpc", "2.0");
}

static void close_message(struct json_writer *writer) {
    json_writer_close_object(writer);
    buffer_append_byte(writer->buffer, '\n');
}

void rpc_open_call(struct json_writer *writer, uint64_t id, const char *method, const struct rpc_root *root) {
    open_message(writer);
    json_writer_key_unsigned(writer, "id", id);
    json_writer_key_string(writer, "method", method);
    json_writer_key_object(writer, "params");
    json_writer_key_unsigned(writer, "protocol", RPC_PROTOCOL);
    if (root->text[0])
        json_writer_key_string(writer, "root", root->text);
}

void rpc_close_call(struct json_writer *writer) {
    json_writer_close_object(writer);
    close_message(writer);
}

void rpc_write_call(struct buffer *line, uint64_t id, const char *method, struct span members,
                    const struct rpc_root *root) {
    struct json_writer writer = {.buffer = line};
    rpc_open_call(&writer, id, method, root);
    if (members.length)
        buffer_append_byte(line, ',');
    buffer_append_span(line, members);
    rpc_close_call(&writer);
}

static void open_reply(struct json_writer *writer, struct span id) {
    open_message(writer);
    json_writer_key(writer, "id");
    json_writer_raw(writer, id.length ? id : span_of("null"));
}

void rpc_write_result(struct buffer *line, struct span id, struct span result) {
    struct json_writer writer = {.buffer = line};
    open_reply(&writer, id);
    json_writer_key(&writer, "result");
    json_writer_raw(&writer, span_trim(result));
    close_message(&writer);
}

void rpc_write_fault(struct buffer *line, struct span id, const struct rpc_fault *fault) {
    struct json_writer writer = {.buffer = line};
    open_reply(&writer, id);
    json_writer_key_object(&writer, "error");
    json_writer_key_number(&writer, "code", fault->code);
    json_writer_key_string(&writer, "message", fault->reason);
    json_writer_close_object(&writer);
    close_message(&writer);
}

static bool read_header(struct rpc_message *message, struct rpc_fault *fault) {
    const cJSON *root = message->json.root, *params = json_get(root, "params");
    const char *version = json_get_string(root, "jsonrpc");
    message->method = json_get_string(root, "method");
    if (!version || strcmp(version, "2.0") != 0)
        return rpc_set_fault(fault, RPC_INVALID_REQUEST, "\"jsonrpc\" must be \"2.0\"");
    if (!message->method)
        return rpc_set_fault(fault, RPC_INVALID_REQUEST, "\"method\" must be a string");
    if (params && !cJSON_IsObject(params))
        return rpc_set_fault(fault, RPC_INVALID_PARAMS, "\"params\" must be an object");
    message->params = params;
    message->root = json_get_string(params, "root");
    message->version = json_get_string(params, "version");
    message->protocol = json_get_unsigned(params, "protocol");
    return true;
}

/* An id is a string, a number or null; it is given back as it was written. */
static bool read_id(struct rpc_message *message, struct span line, struct rpc_fault *fault) {
    const cJSON *id = json_get(message->json.root, "id");
    if (!id)
        return true;
    if (!cJSON_IsString(id) && !cJSON_IsNumber(id) && !cJSON_IsNull(id))
        return rpc_set_fault(fault, RPC_INVALID_REQUEST, "\"id\" must be a string or a number");
    message->id = json_scan_member(line, "id");
    return message->id.length || rpc_set_fault(fault, RPC_INVALID_REQUEST, "\"id\" must be written without escapes");
}

static bool has_too_many_values(struct span line) {
    size_t commas = 0;
    for (const char *at; (at = memchr(line.data, ',', line.length));
         line = span_skip(line, (size_t)(at - line.data) + 1))
        commas++;
    return commas > RPC_COMMAS_MOST;
}

bool rpc_read_message(struct rpc_message *message, struct span line, struct rpc_fault *fault) {
    AUTO(diagnostics) faults = {0};
    *message = (struct rpc_message){0};
    *fault = (struct rpc_fault){0};
    if (line.length && has_too_many_values(line))
        return rpc_set_fault(fault, RPC_INVALID_REQUEST, "more than %d values in one request", RPC_COMMAS_MOST);
    if (!json_parse(&message->json, line, NULL, &faults))
        return rpc_set_fault(fault, RPC_PARSE_ERROR, "%s (byte %u)", faults.items[0].message, faults.items[0].column);
    if (cJSON_IsArray(message->json.root))
        return rpc_set_fault(fault, RPC_INVALID_REQUEST, "batches of requests are not supported: send one a line");
    if (!cJSON_IsObject(message->json.root))
        return rpc_set_fault(fault, RPC_INVALID_REQUEST, "a request must be an object");
    return read_id(message, line, fault) && read_header(message, fault);
}

void rpc_message_release(struct rpc_message *message) {
    json_release(&message->json);
    memory_free(message->ids);
    memory_free(message->levels);
    *message = (struct rpc_message){0};
}

bool rpc_read_fault(struct span line, struct rpc_fault *fault) {
    AUTO(json) json = {0};
    struct span error = json_scan_member(line, "error");
    *fault = (struct rpc_fault){0};
    if (json_read_ours(&json, error)) {
        const cJSON *code = json_get(json.root, "code");
        const char *message = json_get_string(json.root, "message");
        if (cJSON_IsNumber(code) && fabs(code->valuedouble) <= INT_MAX)
            rpc_set_fault(fault, (enum rpc_code)(int)code->valuedouble, "%s", message ? message : "");
    }
    return fault->code;
}
