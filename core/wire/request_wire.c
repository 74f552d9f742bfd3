#include "wire/request_wire.h"

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "batch/batch.h"
#include "batch/batch_options.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/selection.h"
#include "render/style.h"

/* One table for both directions. */
enum parameter_type { TYPE_TEXT, TYPE_FLAG, TYPE_NUMBER, TYPE_MILLISECONDS };

static const struct parameter {
    const char *name;
    enum parameter_type type;
    size_t offset; /* in struct request */
} parameters[] = {
    {"plan", TYPE_TEXT, offsetof(struct request, plan)},
    {"here", TYPE_TEXT, offsetof(struct request, here)},
    {"id", TYPE_TEXT, offsetof(struct request, id)},
    {"expect", TYPE_TEXT, offsetof(struct request, expect)},
    {"request", TYPE_TEXT, offsetof(struct request, request_id)},
    {"prompt", TYPE_TEXT, offsetof(struct request, prompt)},
    {"unblock", TYPE_TEXT, offsetof(struct request, unblock)},
    {"name", TYPE_TEXT, offsetof(struct request, name)},
    {"for", TYPE_TEXT, offsetof(struct request, purpose)},
    {"message", TYPE_TEXT, offsetof(struct request, message)},
    {"as", TYPE_TEXT, offsetof(struct request, as)},
    {"git", TYPE_TEXT, offsetof(struct request, git)},
    {"self", TYPE_TEXT, offsetof(struct request, self)},
    {"require_submitted", TYPE_FLAG, offsetof(struct request, requires_submission)},
    {"approve", TYPE_FLAG, offsetof(struct request, approves)},
    {"ready", TYPE_FLAG, offsetof(struct request, wants_ready)},
    {"blocked", TYPE_FLAG, offsetof(struct request, wants_blocked)},
    {"open", TYPE_FLAG, offsetof(struct request, wants_open)},
    {"graph", TYPE_FLAG, offsetof(struct request, wants_graph)},
    {"update", TYPE_FLAG, offsetof(struct request, is_update)},
    {"flat", TYPE_FLAG, offsetof(struct request, is_flat)},
    {"by_priority", TYPE_FLAG, offsetof(struct request, by_priority)},
    {"dry_run", TYPE_FLAG, offsetof(struct request, is_dry_run)},
    {"content", TYPE_FLAG, offsetof(struct request, has_content)},
    {"require_complete", TYPE_FLAG, offsetof(struct request, options.require_complete)},
    {"keep_going", TYPE_FLAG, offsetof(struct request, options.keep_going)},
    {"batch", TYPE_NUMBER, offsetof(struct request, batch)},
    {"limit", TYPE_NUMBER, offsetof(struct request, limit)},
    {"lock_timeout_ms", TYPE_MILLISECONDS, offsetof(struct request, lock_timeout_ms)},
    {"columns", TYPE_NUMBER, offsetof(struct request, style.columns)},
    {"color", TYPE_FLAG, offsetof(struct request, style.has_color)},
    {"error_color", TYPE_FLAG, offsetof(struct request, style.has_error_color)},
    {"ascii", TYPE_FLAG, offsetof(struct request, style.is_ascii)},
    {"quiet", TYPE_FLAG, offsetof(struct request, style.is_quiet)},
    {"verbose", TYPE_FLAG, offsetof(struct request, style.is_verbose)},
    {"workspace", TYPE_TEXT, offsetof(struct request, style.workspace)},
    {"cwd", TYPE_TEXT, offsetof(struct request, style.cwd)},
};
enum { PARAMETERS = sizeof parameters / sizeof *parameters, MILLISECONDS_MOST = 24 * 60 * 60 * 1000 };

/* --- writing --- */

static void write_parameter(struct json_writer *writer, const struct parameter *parameter,
                            const struct request *request) {
    const void *place = (const char *)request + parameter->offset;
    switch (parameter->type) {
    case TYPE_TEXT:
        if (*(const char *const *)place)
            json_writer_key_string(writer, parameter->name, *(const char *const *)place);
        break;
    case TYPE_FLAG:
        if (*(const bool *)place)
            json_writer_key_boolean(writer, parameter->name, true);
        break;
    case TYPE_NUMBER:
        if (*(const uint64_t *)place)
            json_writer_key_unsigned(writer, parameter->name, *(const uint64_t *)place);
        break;
    case TYPE_MILLISECONDS:
        json_writer_key_unsigned(writer, parameter->name, (uint64_t)(*(const int *)place));
        break;
    }
}

static void write_selection(struct json_writer *writer, const struct batch_options *options) {
    const struct selection *selection = &options->selection;
    json_writer_key_string(writer, "kind", batch_kind_name(options->kind));
    if (selection->kind == SELECT_LEVEL)
        json_writer_key_string(writer, "level", selection->levels);
    if (selection->kind == SELECT_ALL)
        json_writer_key_boolean(writer, "all", true);
    if (selection->kind != SELECT_IDS)
        return;
    json_writer_key_array(writer, "ids");
    for (size_t i = 0; i < selection->id_count; i++)
        json_writer_string(writer, selection->ids[i]);
    json_writer_close_array(writer);
}

bool rpc_can_write(const struct request *request) {
    for (size_t i = 0; i < PARAMETERS; i++) {
        const void *place = (const char *)request + parameters[i].offset;
        const char *text = parameters[i].type == TYPE_TEXT ? *(const char *const *)place : NULL;
        if (text && text_valid_length(span_of(text)) < strlen(text))
            return false;
    }
    return true;
}

void rpc_write_request(struct buffer *line, uint64_t id, const struct request *request, const struct rpc_root *root) {
    struct json_writer writer = {.buffer = line};
    rpc_open_call(&writer, id, request->method, root);
    json_writer_key_string(&writer, "version", program_version);
    for (size_t i = 0; i < PARAMETERS; i++)
        write_parameter(&writer, &parameters[i], request);
    write_selection(&writer, &request->options);
    if (request->style.form)
        json_writer_key_string(&writer, "form", form_name(request->style.form));
    rpc_close_call(&writer);
}

/* --- reading --- */

static bool set_parameter(struct request *request, const struct parameter *parameter, const cJSON *value,
                          struct rpc_fault *fault) {
    static const char *const expected[] = {"a string", "a boolean", "a whole number", "milliseconds, up to a day"};
    void *place = (char *)request + parameter->offset;
    bool is_number = cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble < 9007199254740992.0 &&
                     value->valuedouble == (double)(uint64_t)value->valuedouble;
    switch (parameter->type) {
    case TYPE_TEXT:
        *(const char **)place = cJSON_IsString(value) ? value->valuestring : NULL;
        if (cJSON_IsString(value))
            return true;
        break;
    case TYPE_FLAG:
        *(bool *)place = cJSON_IsTrue(value);
        if (cJSON_IsBool(value))
            return true;
        break;
    case TYPE_NUMBER:
        *(uint64_t *)place = is_number ? (uint64_t)value->valuedouble : 0;
        if (is_number)
            return true;
        break;
    case TYPE_MILLISECONDS:
        *(int *)place = is_number && value->valuedouble <= MILLISECONDS_MOST ? (int)value->valuedouble : -1;
        if (*(int *)place >= 0)
            return true;
        break;
    }
    return rpc_set_fault(fault, RPC_INVALID_PARAMS, "\"%s\" must be %s", parameter->name, expected[parameter->type]);
}

static bool read_kind(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    enum batch_kind kind = cJSON_IsString(value) ? batch_kind_find(value->valuestring) : BATCH_UNKNOWN;
    if (!batch_kind_is_created(kind))
        return rpc_set_fault(fault, RPC_INVALID_PARAMS, "there is no such \"kind\"");
    message->request.options.kind = kind;
    return true;
}

/* A number, or a list as text: "0-3,5". */
static bool read_level(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    bool is_number = cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble <= UINT32_MAX &&
                     value->valuedouble == (double)(uint32_t)value->valuedouble;
    struct buffer levels = {0};
    if (is_number)
        buffer_append_format(&levels, "%u", (uint32_t)value->valuedouble);
    else if (cJSON_IsString(value))
        buffer_append_string(&levels, value->valuestring);
    memory_free(message->levels);
    message->levels = levels.data;
    if (!selection_are_levels(buffer_text(&levels)))
        return rpc_set_fault(fault, RPC_INVALID_PARAMS,
                             "\"level\" must be a whole number, or a list such as \"0-3,5\"");
    message->request.options.selection = (struct selection){.kind = SELECT_LEVEL, .levels = message->levels};
    return true;
}

static bool read_all(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    if (!cJSON_IsTrue(value))
        return rpc_set_fault(fault, RPC_INVALID_PARAMS, "\"all\" must be true, or left out");
    message->request.options.selection = (struct selection){.kind = SELECT_ALL};
    return true;
}

static bool read_ids(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    int count = cJSON_GetArraySize(value);
    if (!cJSON_IsArray(value) || count == 0)
        return rpc_set_fault(fault, RPC_INVALID_PARAMS, "\"ids\" must be an array of achievement ids");
    message->ids = memory_allocate((size_t)count, sizeof *message->ids);
    size_t used = 0;
    for (const cJSON *id = value->child; id; id = id->next) {
        if (!cJSON_IsString(id) || !names_is_id(span_of(id->valuestring)))
            return rpc_set_fault(fault, RPC_INVALID_PARAMS, "\"ids\" must be an array of achievement ids");
        message->ids[used++] = id->valuestring;
    }
    message->request.options.selection = (struct selection){.kind = SELECT_IDS, .ids = message->ids, .id_count = used};
    return true;
}

static bool read_form(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    bool is_form = cJSON_IsString(value) && form_find(value->valuestring, &message->request.style.form);
    return is_form || rpc_set_fault(fault, RPC_INVALID_PARAMS, "there is no such \"form\"");
}

static bool read_parameter(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    static const struct {
        const char *name;
        bool (*read)(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault);
    } others[] = {
        {"kind", read_kind}, {"level", read_level}, {"ids", read_ids}, {"all", read_all}, {"form", read_form}};
    static const char *const of_the_message[] = {"root", "protocol", "version"};
    for (size_t i = 0; i < PARAMETERS; i++)
        if (strcmp(value->string, parameters[i].name) == 0)
            return set_parameter(&message->request, &parameters[i], value, fault);
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (strcmp(value->string, others[i].name) == 0)
            return others[i].read(message, value, fault);
    for (size_t i = 0; i < sizeof of_the_message / sizeof *of_the_message; i++)
        if (strcmp(value->string, of_the_message[i]) == 0)
            return true;
    size_t length = strspn(value->string, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-. ");
    return rpc_set_fault(fault, RPC_INVALID_PARAMS, "there is no parameter \"%.*s%s\"", length < 60 ? (int)length : 60,
                         value->string, value->string[length] ? "..." : ""); /* as far as it can stand in a line */
}

static int count_selectors(const cJSON *params) {
    return (json_get(params, "level") != NULL) + (json_get(params, "ids") != NULL) + (json_get(params, "all") != NULL);
}

bool rpc_read_parameters(struct rpc_message *message, struct rpc_fault *fault) {
    message->request = (struct request){.method = message->method};
    if (count_selectors(message->params) > 1)
        return rpc_set_fault(fault, RPC_INVALID_PARAMS, "\"level\", \"ids\" and \"all\" exclude each other");
    for (const cJSON *value = message->params ? message->params->child : NULL; value; value = value->next)
        if (!read_parameter(message, value, fault))
            return false;
    message->request.style.has_content = message->request.has_content;
    return true;
}
