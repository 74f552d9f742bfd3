#include "wire/reply_wire.h"

#include <stdint.h>

#include "base/error.h"
#include "format/json.h"
#include "format/json_scanner.h"
#include "format/json_writer.h"
#include "wire/rpc.h"

static void write_result(struct json_writer *writer, const struct reply *reply, struct span meta) {
    json_writer_open_object(writer);
    json_writer_key_unsigned(writer, "code", reply->code);
    json_writer_key_unsigned(writer, "stdout", reply->output.length);
    json_writer_key_unsigned(writer, "stderr", reply->errors.length);
    json_writer_key_unsigned(writer, "count", reply->count);
    json_writer_key_string(writer, "token", reply->token.length ? reply->token.data : NULL);
    if (reply->batch)
        json_writer_key_unsigned(writer, "batch", reply->batch);
    else
        json_writer_key_null(writer, "batch");
    json_writer_key(writer, "meta");
    json_writer_raw(writer, meta);
    json_writer_close_object(writer);
}

void reply_wire_write(struct buffer *message, struct span id, const struct reply *reply, struct span meta) {
    struct buffer result = {0};
    struct json_writer writer = {.buffer = &result};
    write_result(&writer, reply, meta);
    rpc_write_result(message, id, buffer_span(&result));
    buffer_append_span(message, buffer_span(&reply->output));
    buffer_append_span(message, buffer_span(&reply->errors));
    buffer_release(&result);
}

/* A whole number up to @most. */
static bool read_number(const cJSON *result, const char *key, uint64_t most, uint64_t *number) {
    const cJSON *value = json_get(result, key);
    *number = json_get_unsigned(result, key);
    return cJSON_IsNumber(value) && value->valuedouble == (double)*number && *number <= most;
}

static bool read_result(const cJSON *result, struct reply *reply, struct reply_sizes *sizes) {
    const char *token = json_get_string(result, "token");
    uint64_t code, output, errors, count;
    bool is_result = read_number(result, "code", UINT8_MAX, &code) &&
                     read_number(result, "stdout", REPLY_OUTPUT_BYTES_MOST, &output) &&
                     read_number(result, "stderr", REPLY_ERRORS_BYTES_MOST, &errors) &&
                     read_number(result, "count", SIZE_MAX, &count);
    if (!is_result)
        return false;
    *sizes = (struct reply_sizes){(size_t)output, (size_t)errors};
    reply->code = (enum error_code)code;
    reply->count = (size_t)count;
    reply->batch = json_get_unsigned(result, "batch");
    buffer_append_string(&reply->token, token ? token : "");
    return true;
}

bool reply_wire_read(struct span line, struct reply *reply, struct reply_sizes *sizes) {
    struct json json = {0};
    bool is_read = json_read_ours(&json, json_scan_member(line, "result")) && read_result(json.root, reply, sizes);
    json_release(&json);
    return is_read;
}
