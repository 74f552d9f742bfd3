#include "mcp/mcp_change.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/text.h"
#include "format/json_writer.h"
#include "mcp/mcp_schema.h"
#include "plan/plan.h"
#include "plan/selection.h"
#include "view/batch_view.h"

#define TEXT_PREFIX "sha256:"

/* --- from arguments --- */

static const struct mcp_action actions[] = {
    {"create", "create", CONFIG_MCP_CREATE, BATCH_EXECUTION, false, "execution", ""},
    {"create", "create", CONFIG_MCP_CREATE, BATCH_SUBPLAN, false, "subplan", " --kind subplan"},
    {"rework", "create", CONFIG_MCP_CREATE, BATCH_REWORK, false, NULL, " --rework"},
    {"submit", "submit", CONFIG_MCP_SUBMIT, BATCH_EXECUTION, false, NULL, ""},
    {"approve", "approve", CONFIG_MCP_DECIDE, BATCH_EXECUTION, true, NULL, ""},
    {"reject", "reject", CONFIG_MCP_DECIDE, BATCH_EXECUTION, true, NULL, " -m TEXT"},
    {"skip", "skip", CONFIG_MCP_DECIDE, BATCH_EXECUTION, true, NULL, " -m TEXT"},
    {"undo", "undo", CONFIG_MCP_UNDO, BATCH_EXECUTION, true, NULL, ""},
};

/* @name is one of them, as the schema has it. Of two rows of a name the second is for SUBPLANs. */
static const struct mcp_action *find_action(const char *name, const char *kind) {
    const struct mcp_action *action = actions;
    while (strcmp(action->name, name) != 0)
        action++;
    return action + (action->kind_name && kind && strcmp(kind, action->kind_name) != 0);
}

bool mcp_change_is_undo(const struct mcp_change *change) {
    return change->action->right == CONFIG_MCP_UNDO;
}

static bool is_creation(const struct mcp_change *change) {
    return change->action->right == CONFIG_MCP_CREATE;
}

static bool check(const struct mcp_change *change, struct error *error) {
    const struct selection *selection = &change->request.options.selection;
    if (selection->levels && selection->id_count)
        return error_set(error, ERROR_USAGE, "level and ids exclude each other");
    if (selection->levels && !is_creation(change))
        return error_set(error, ERROR_USAGE, "level is for create and rework: name the ids");
    if (!selection->id_count && !is_creation(change) && !mcp_change_is_undo(change))
        return error_set(error, ERROR_USAGE, "%s needs ids", change->action->name);
    return true;
}

static void read_selection(struct mcp_change *change, const cJSON *arguments) {
    struct selection *selection = &change->request.options.selection;
    const cJSON *list = json_get(arguments, "ids");
    const char **ids = arena_allocate(&change->arena, list ? (size_t)cJSON_GetArraySize(list) : 0, sizeof *ids);
    for (const cJSON *id = list ? list->child : NULL; id; id = id->next)
        ids[selection->id_count++] = arena_copy(&change->arena, id->valuestring, strlen(id->valuestring));
    selection->ids = ids;
    if (cJSON_IsNumber(json_get(arguments, "level")))
        selection->levels = arena_format(&change->arena, "%" PRIu64, json_get_unsigned(arguments, "level"));
    selection->kind = selection->id_count ? SELECT_IDS : selection->levels ? SELECT_LEVEL : SELECT_READY;
}

bool mcp_change_read(struct mcp_change *change, const cJSON *arguments, struct error *error) {
    *change = (struct mcp_change){
        .action = find_action(json_get_string(arguments, "action"), json_get_string(arguments, "kind"))};
    change->request = (struct request){.method = change->action->method,
                                       .plan = json_copy_string(arguments, "plan", &change->arena),
                                       .message = json_copy_string(arguments, "text", &change->arena),
                                       .batch = json_get_unsigned(arguments, "batch"),
                                       .options.kind = change->action->kind};
    read_selection(change, arguments);
    return check(change, error);
}

void mcp_change_release(struct mcp_change *change) {
    arena_release(&change->arena);
    *change = (struct mcp_change){0};
}

/* --- as a command --- */

static void append_selection(struct buffer *text, const struct mcp_change *change) {
    const struct selection *selection = &change->request.options.selection;
    const char *label = change->request.plan || !is_creation(change) ? " " : " --ids ";
    for (size_t i = 0; i < selection->id_count; i++)
        buffer_append_format(text, "%s%s", i ? "," : label, selection->ids[i]);
    if (selection->levels)
        buffer_append_format(text, " --level %s", selection->levels);
}

void mcp_change_append_command(struct buffer *text, const struct mcp_change *change) {
    const struct request *request = &change->request;
    buffer_append_format(text, "batchctl %s", request->method);
    if (mcp_change_is_undo(change) && request->batch) {
        buffer_append_format(text, " %" PRIu64, request->batch);
        return;
    }
    buffer_append_string(text, request->plan ? " " : "");
    if (request->plan)
        plan_append_reference(text, request->plan);
    append_selection(text, change);
    buffer_append_string(text, change->action->arguments);
}

/* --- tokens --- */

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/* RFC 4648, section 5, without padding. */
static void append_base64(struct buffer *text, struct span bytes) {
    for (size_t i = 0; i < bytes.length; i += 3) {
        size_t count = bytes.length - i < 3 ? bytes.length - i : 3;
        uint32_t group = 0;
        for (size_t k = 0; k < 3; k++)
            group = group << 8 | (k < count ? (unsigned char)bytes.data[i + k] : 0);
        for (size_t k = 0; k <= count; k++)
            buffer_append_byte(text, alphabet[group >> (18 - 6 * k) & 63]);
    }
}

static bool read_base64(struct buffer *bytes, struct span text) {
    uint32_t group = 0;
    size_t bits = 0;
    for (size_t i = 0; i < text.length; i++) {
        const char *digit = text.data[i] ? strchr(alphabet, text.data[i]) : NULL;
        if (!digit)
            return false;
        group = group << 6 | (uint32_t)(digit - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            buffer_append_byte(bytes, (char)(group >> bits & 255));
        }
    }
    return true;
}

static void append_digest(struct buffer *text, const char *words) {
    char sha[DIGEST_SHA_TEXT];
    digest_sha(span_of(words), sha);
    buffer_append_format(text, TEXT_PREFIX "%s", sha);
}

static void write_selection(struct json_writer *writer, const struct selection *selection) {
    if (selection->levels) {
        json_writer_key(writer, "level");
        json_writer_raw(writer, span_of(selection->levels));
        return;
    }
    json_writer_key_array(writer, "ids");
    for (size_t i = 0; i < selection->id_count; i++)
        json_writer_string(writer, selection->ids[i]);
    json_writer_close_array(writer);
}

/* The change as it is then: of the plan, or of the batch, that the preview is about. */
static void write_json(struct buffer *text, const struct mcp_change *change, const struct answer *preview) {
    const struct request *request = &change->request;
    bool is_undo = mcp_change_is_undo(change);
    const struct batch_view *batch = is_undo ? NULL : preview->view;
    AUTO(buffer) digest = {0};
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_unsigned(&writer, "v", 1);
    json_writer_key_string(&writer, "action", change->action->name);
    json_writer_key_string(&writer, "plan", is_undo ? request->plan : batch->path);
    json_writer_key_string(&writer, "kind", change->action->kind_name);
    write_selection(&writer, &request->options.selection);
    if (is_undo)
        json_writer_key_unsigned(&writer, "batch", preview->batch);
    else
        json_writer_key_null(&writer, "batch");
    if (request->message)
        append_digest(&digest, request->message);
    json_writer_key_string(&writer, "text", request->message ? digest.data : NULL);
    json_writer_close_object(&writer);
}

bool mcp_change_append_token(struct buffer *token, const struct mcp_change *change, const struct answer *preview,
                             struct error *error) {
    AUTO(buffer) json = {0};
    write_json(&json, change, preview);
    if (json.length > MCP_TOKEN_JSON_BYTES_MOST)
        return error_set(error, ERROR_USAGE, "too many ids for one change: use level, or fewer ids");
    append_base64(token, buffer_span(&json));
    buffer_append_format(token, ".%s", preview->token ? preview->token : "");
    return true;
}

static bool fail(struct error *error) {
    error_set(error, ERROR_USAGE, "this is no token of batch_preview");
    return error_hint(error, "call batch_preview, and repeat its token as it is");
}

/* But for its version it must be what a preview accepts. */
static bool check_content(const cJSON *content, const cJSON *schema) {
    AUTO(error) ignored = {0};
    if (!cJSON_IsObject(content) || json_get_unsigned(content, "v") != 1 || !json_get_string(content, "action"))
        return false;
    for (const cJSON *member = content->child; member; member = member->next)
        if (strcmp(member->string, "v") != 0 && !mcp_schema_check_one(schema, member, &ignored))
            return false;
    return true;
}

static bool check_text(const cJSON *content, const char *text, struct error *error) {
    AUTO(buffer) digest = {0};
    const char *expected = json_get_string(content, "text");
    if (text)
        append_digest(&digest, text);
    if (strcmp(expected ? expected : "", buffer_text(&digest)) == 0)
        return true;
    error_set(error, ERROR_USAGE, "text differs from the preview");
    return error_hint(error, expected ? "repeat the text of the preview, letter by letter"
                                      : "the preview had no text: leave it out, or preview again with it");
}

bool mcp_change_read_token(struct mcp_change *change, const char *token, const char *text, const cJSON *schema,
                           struct error *error) {
    AUTO(buffer) bytes = {0};
    AUTO(json) content = {0};
    const char *dot = strchr(token, '.');
    *change = (struct mcp_change){0};
    bool is_read = dot && dot[1] && (size_t)(dot - token) <= (size_t)2 * MCP_TOKEN_JSON_BYTES_MOST &&
                   read_base64(&bytes, (struct span){token, (size_t)(dot - token)}) &&
                   json_read_ours(&content, buffer_span(&bytes)) && check_content(content.root, schema);
    if (!is_read)
        return fail(error);
    if (!check_text(content.root, text, error) || !mcp_change_read(change, content.root, error))
        return false;
    change->request.message = text ? arena_copy(&change->arena, text, strlen(text)) : NULL;
    change->request.expect = arena_copy(&change->arena, dot + 1, strlen(dot + 1));
    return true;
}
