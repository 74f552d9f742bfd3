#include "wire/rpc.h"

#include <inttypes.h>
#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "batch/batch.h"
#include "document/names.h"
#include "format/json_writer.h"
#include "plan/selection.h"
#include "render/style.h"

struct rpc_root rpc_root_of(const struct file_identity *identity) {
    struct rpc_root root;
    snprintf(root.text, sizeof root.text, "%" PRIu64 ":%" PRIu64, identity->device, identity->inode);
    return root;
}

static bool set_fault(struct rpc_fault *fault, enum rpc_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static bool set_fault(struct rpc_fault *fault, enum rpc_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    fault->code = code;
    vsnprintf(fault->reason, sizeof fault->reason, format, arguments);
    va_end(arguments);
    return false;
}

/* --- the parameters of requests: one table for both directions --- */

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
    {"graph", TYPE_FLAG, offsetof(struct request, wants_graph)},
    {"flat", TYPE_FLAG, offsetof(struct request, is_flat)},
    {"by_priority", TYPE_FLAG, offsetof(struct request, by_priority)},
    {"dry_run", TYPE_FLAG, offsetof(struct request, is_dry_run)},
    {"content", TYPE_FLAG, offsetof(struct request, has_content)},
    {"require_complete", TYPE_FLAG, offsetof(struct request, options.require_complete)},
    {"keep_going", TYPE_FLAG, offsetof(struct request, options.keep_going)},
    {"batch", TYPE_NUMBER, offsetof(struct request, batch)},
    {"lock_timeout_ms", TYPE_MILLISECONDS, offsetof(struct request, lock_timeout_ms)},
    {"columns", TYPE_NUMBER, offsetof(struct request, style.columns)},
    {"color", TYPE_FLAG, offsetof(struct request, style.has_color)},
    {"error_color", TYPE_FLAG, offsetof(struct request, style.has_error_color)},
    {"quiet", TYPE_FLAG, offsetof(struct request, style.is_quiet)},
    {"verbose", TYPE_FLAG, offsetof(struct request, style.is_verbose)},
    {"workspace", TYPE_TEXT, offsetof(struct request, style.workspace)},
    {"cwd", TYPE_TEXT, offsetof(struct request, style.cwd)},
};
enum { PARAMETERS = sizeof parameters / sizeof *parameters, MILLISECONDS_MOST = 24 * 60 * 60 * 1000 };

/* --- writing --- */

static void open_message(struct json_writer *writer) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "jsonrpc", "2.0");
}

static void close_message(struct json_writer *writer) {
    json_writer_close_object(writer);
    buffer_append_byte(writer->buffer, '\n');
}

static void open_call(struct json_writer *writer, uint64_t id, const char *method, const struct rpc_root *root) {
    open_message(writer);
    json_writer_key_unsigned(writer, "id", id);
    json_writer_key_string(writer, "method", method);
    json_writer_key_object(writer, "params");
    json_writer_key_unsigned(writer, "protocol", RPC_PROTOCOL);
    if (root->text[0])
        json_writer_key_string(writer, "root", root->text);
}

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
        json_writer_key_unsigned(writer, "level", selection->level);
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
    open_call(&writer, id, request->method, root);
    json_writer_key_string(&writer, "version", program_version);
    for (size_t i = 0; i < PARAMETERS; i++)
        write_parameter(&writer, &parameters[i], request);
    write_selection(&writer, &request->options);
    if (request->style.form)
        json_writer_key_string(&writer, "form", form_name(request->style.form));
    json_writer_close_object(&writer);
    close_message(&writer);
}

void rpc_write_call(struct buffer *line, uint64_t id, const char *method, struct span members,
                    const struct rpc_root *root) {
    struct json_writer writer = {.buffer = line};
    open_call(&writer, id, method, root);
    if (members.length)
        buffer_append_byte(line, ',');
    buffer_append_span(line, members);
    json_writer_close_object(&writer);
    close_message(&writer);
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

/* --- reading a request --- */

static bool read_header(struct rpc_message *message, struct rpc_fault *fault) {
    const cJSON *root = message->json.root, *params = json_get(root, "params");
    const char *version = json_get_string(root, "jsonrpc");
    message->method = json_get_string(root, "method");
    if (!version || strcmp(version, "2.0") != 0)
        return set_fault(fault, RPC_INVALID_REQUEST, "\"jsonrpc\" must be \"2.0\"");
    if (!message->method)
        return set_fault(fault, RPC_INVALID_REQUEST, "\"method\" must be a string");
    if (params && !cJSON_IsObject(params))
        return set_fault(fault, RPC_INVALID_PARAMS, "\"params\" must be an object");
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
        return set_fault(fault, RPC_INVALID_REQUEST, "\"id\" must be a string or a number");
    message->id = rpc_member(line, "id");
    return message->id.length || set_fault(fault, RPC_INVALID_REQUEST, "\"id\" must be written without escapes");
}

static bool has_too_many_values(struct span line) {
    size_t commas = 0;
    for (const char *at; (at = memchr(line.data, ',', line.length));
         line = span_skip(line, (size_t)(at - line.data) + 1))
        commas++;
    return commas > RPC_COMMAS_MOST;
}

bool rpc_read_message(struct rpc_message *message, struct span line, struct rpc_fault *fault) {
    struct diagnostics faults = {0};
    *message = (struct rpc_message){0};
    *fault = (struct rpc_fault){0};
    if (line.length && has_too_many_values(line))
        return set_fault(fault, RPC_INVALID_REQUEST, "more than %d values in one request", RPC_COMMAS_MOST);
    if (!json_parse(&message->json, line, NULL, &faults))
        set_fault(fault, RPC_PARSE_ERROR, "%s (byte %u)", faults.items[0].message, faults.items[0].column);
    diagnostics_release(&faults);
    if (fault->code)
        return false;
    if (cJSON_IsArray(message->json.root))
        return set_fault(fault, RPC_INVALID_REQUEST, "batches of requests are not supported: send one a line");
    if (!cJSON_IsObject(message->json.root))
        return set_fault(fault, RPC_INVALID_REQUEST, "a request must be an object");
    return read_id(message, line, fault) && read_header(message, fault);
}

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
    return set_fault(fault, RPC_INVALID_PARAMS, "\"%s\" must be %s", parameter->name, expected[parameter->type]);
}

static bool read_kind(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    enum batch_kind kind = cJSON_IsString(value) ? batch_kind_find(value->valuestring) : BATCH_FOREIGN;
    if (!batch_kind_is_created(kind))
        return set_fault(fault, RPC_INVALID_PARAMS, "there is no such \"kind\"");
    message->request.options.kind = kind;
    return true;
}

static bool read_level(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    bool is_level = cJSON_IsNumber(value) && value->valuedouble >= 0 && value->valuedouble <= UINT32_MAX &&
                    value->valuedouble == (double)(uint32_t)value->valuedouble;
    if (!is_level)
        return set_fault(fault, RPC_INVALID_PARAMS, "\"level\" must be a whole number");
    message->request.options.selection =
        (struct selection){.kind = SELECT_LEVEL, .level = (uint32_t)value->valuedouble};
    return true;
}

static bool read_all(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    if (!cJSON_IsTrue(value))
        return set_fault(fault, RPC_INVALID_PARAMS, "\"all\" must be true, or left out");
    message->request.options.selection = (struct selection){.kind = SELECT_ALL};
    return true;
}

static bool read_ids(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    int count = cJSON_GetArraySize(value);
    if (!cJSON_IsArray(value) || count == 0)
        return set_fault(fault, RPC_INVALID_PARAMS, "\"ids\" must be an array of achievement ids");
    message->ids = memory_allocate((size_t)count, sizeof *message->ids);
    size_t used = 0;
    for (const cJSON *id = value->child; id; id = id->next) {
        if (!cJSON_IsString(id) || !names_is_id(span_of(id->valuestring)))
            return set_fault(fault, RPC_INVALID_PARAMS, "\"ids\" must be an array of achievement ids");
        message->ids[used++] = id->valuestring;
    }
    message->request.options.selection = (struct selection){.kind = SELECT_IDS, .ids = message->ids, .id_count = used};
    return true;
}

static bool read_form(struct rpc_message *message, const cJSON *value, struct rpc_fault *fault) {
    bool is_form = cJSON_IsString(value) && form_find(value->valuestring, &message->request.style.form);
    return is_form || set_fault(fault, RPC_INVALID_PARAMS, "there is no such \"form\"");
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
    return set_fault(fault, RPC_INVALID_PARAMS, "there is no parameter \"%.*s%s\"", length < 60 ? (int)length : 60,
                     value->string, value->string[length] ? "..." : ""); /* as far as it can stand in a line */
}

static int count_selectors(const cJSON *params) {
    return (json_get(params, "level") != NULL) + (json_get(params, "ids") != NULL) + (json_get(params, "all") != NULL);
}

bool rpc_read_parameters(struct rpc_message *message, struct rpc_fault *fault) {
    message->request = (struct request){.method = message->method};
    if (count_selectors(message->params) > 1)
        return set_fault(fault, RPC_INVALID_PARAMS, "\"level\", \"ids\" and \"all\" exclude each other");
    for (const cJSON *value = message->params ? message->params->child : NULL; value; value = value->next)
        if (!read_parameter(message, value, fault))
            return false;
    message->request.style.has_content = message->request.has_content;
    return true;
}

void rpc_message_release(struct rpc_message *message) {
    json_release(&message->json);
    memory_free(message->ids);
    *message = (struct rpc_message){0};
}

/* --- reading an answer: only its frame is parsed, what is passed on stays as it was written --- */

static struct span skip_blanks(struct span text) {
    while (text.length && text_is_one_of(text.data[0], " \t\r\n"))
        text = span_skip(text, 1);
    return text;
}

/* How many bytes the string at the start of @text has, with its quotes; @text is valid JSON. */
static size_t string_length(struct span text) {
    size_t i = 1;
    while (i < text.length && text.data[i] != '"')
        i += text.data[i] == '\\' ? 2 : 1;
    return i < text.length ? i + 1 : text.length;
}

/* The same for any value. */
static size_t value_length(struct span text) {
    size_t depth = 0, i = 0;
    while (i < text.length) {
        switch (text.data[i]) {
        case '"':
            i += string_length(span_skip(text, i));
            break;
        case '{':
        case '[':
            depth++;
            i++;
            break;
        case '}':
        case ']':
            if (depth == 0)
                return i;
            depth--;
            i++;
            break;
        case ',':
        case ':':
        case ' ':
        case '\t':
        case '\r':
        case '\n':
            if (depth == 0)
                return i;
            i++;
            continue;
        default: /* of a number or a word */
            i++;
            continue;
        }
        if (depth == 0)
            return i;
    }
    return text.length;
}

void rpc_members(struct span object, struct rpc_member *members, size_t count) {
    struct span rest = skip_blanks(object);
    size_t missing = count;
    if (!span_starts_with(rest, "{"))
        return;
    rest = skip_blanks(span_skip(rest, 1));
    while (missing && rest.length && rest.data[0] == '"') {
        struct span name = {rest.data, value_length(rest)};
        rest = skip_blanks(span_skip(rest, name.length));
        rest = skip_blanks(span_skip(rest, rest.length ? 1 : 0)); /* the colon */
        struct span value = {rest.data, value_length(rest)};
        for (size_t i = 0; i < count; i++)
            if (!members[i].value.data && name.length == strlen(members[i].key) + 2 &&
                memcmp(name.data + 1, members[i].key, name.length - 2) == 0) {
                members[i].value = value;
                missing--;
            }
        rest = skip_blanks(span_skip(rest, value.length));
        rest = skip_blanks(span_skip(rest, rest.length ? 1 : 0)); /* the comma */
    }
}

struct span rpc_member(struct span object, const char *key) {
    struct rpc_member member = {.key = key};
    rpc_members(object, &member, 1);
    return member.value;
}

static void read_diagnostic(struct diagnostics *diagnostics, const cJSON *item) {
    const char *code = json_get_string(item, "code"), *severity = json_get_string(item, "severity");
    const char *message = json_get_string(item, "message");
    code = code ? code : "";
    message = message ? message : "";
    if (strcmp(code, ANSWER_LEFT_OUT) == 0) {
        diagnostics->left_out += strtoull(message, NULL, 10);
        return;
    }
    diagnostics_add(diagnostics,
                    &(struct diagnostic){
                        .severity = severity && strcmp(severity, "warning") == 0 ? SEVERITY_WARNING : SEVERITY_ERROR,
                        .code = arena_copy(&diagnostics->arena, code, strlen(code)),
                        .message = message,
                        .file = json_get_string(item, "file"),
                        .line = (unsigned)json_get_unsigned(item, "line"),
                        .column = (unsigned)json_get_unsigned(item, "column"),
                        .pointer = json_get_string(item, "pointer"),
                        .hint = json_get_string(item, "hint"),
                        .achievement = json_get_string(item, "achievement"),
                    });
}

static bool read_diagnostics(struct answer *answer, struct span text) {
    struct json json;
    bool is_read = json_read_ours(&json, text) && cJSON_IsArray(json.root);
    for (const cJSON *item = is_read ? json.root->child : NULL; item; item = item->next)
        read_diagnostic(&answer->diagnostics, item);
    json_release(&json);
    return is_read;
}

bool rpc_read_fault(struct span line, struct rpc_fault *fault) {
    struct json json;
    struct span error = rpc_member(line, "error");
    *fault = (struct rpc_fault){0};
    if (json_read_ours(&json, error)) {
        const cJSON *code = json_get(json.root, "code");
        const char *message = json_get_string(json.root, "message");
        if (cJSON_IsNumber(code) && fabs(code->valuedouble) <= INT_MAX)
            set_fault(fault, (enum rpc_code)(int)code->valuedouble, "%s", message ? message : "");
        json_release(&json);
    }
    return fault->code;
}

/* The number that an exit status is; -1 if it is none. */
static int read_status(struct span text) {
    int number = text.length && text.length <= 3 ? 0 : -1;
    for (size_t i = 0; number >= 0 && i < text.length; i++)
        number = text.data[i] >= '0' && text.data[i] <= '9' ? number * 10 + (text.data[i] - '0') : -1;
    return number <= UINT8_MAX ? number : -1;
}

bool rpc_read_answer(struct answer *answer, struct span line, struct rpc_fault *fault) {
    struct span result = rpc_member(line, "result");
    *fault = (struct rpc_fault){0};
    if (result.length == 0) {
        rpc_read_fault(line, fault);
        return false;
    }
    *answer = (struct answer){0};
    enum { CODE, DATA, DIAGNOSTICS, META, MEMBERS };
    struct rpc_member members[MEMBERS] = {{.key = "code"}, {.key = "data"}, {.key = "diagnostics"}, {.key = "meta"}};
    rpc_members(result, members, MEMBERS);
    struct span data = members[DATA].value;
    int number = read_status(members[CODE].value);
    bool is_whole = number >= 0 && data.length && read_diagnostics(answer, members[DIAGNOSTICS].value);
    if (!is_whole) {
        answer_release(answer);
        return false;
    }
    answer->code = (enum error_code)number;
    if (!span_equals(data, "null"))
        text_append_escaped(&answer->data, data);
    text_append_escaped(&answer->meta, members[META].value);
    return true;
}
