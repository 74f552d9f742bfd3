#include "mcp/mcp_change.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/digest.h"
#include "base/text.h"
#include "batch/batch.h"
#include "format/json_writer.h"
#include "mcp/mcp_schema.h"
#include "plan/selection.h"

#define TEXT_PREFIX "sha256:"

/* --- from arguments --- */

/* What can be done, as batch_preview names it. */
static const struct mcp_action {
    const char *name, *method;
    enum config_mcp right;
    enum batch_kind kind;  /* of create */
    bool is_decision;      /* a reviewer's */
    const char *arguments; /* of the command */
} actions[] = {
    {"create", "create", CONFIG_MCP_CREATE, BATCH_EXECUTION, false, ""},
    {"create", "create", CONFIG_MCP_CREATE, BATCH_SUBPLAN, false, " --kind subplan"},
    {"rework", "create", CONFIG_MCP_CREATE, BATCH_REWORK, false, " --rework"},
    {"submit", "submit", CONFIG_MCP_SUBMIT, BATCH_EXECUTION, false, ""},
    {"approve", "approve", CONFIG_MCP_DECIDE, BATCH_EXECUTION, true, ""},
    {"reject", "reject", CONFIG_MCP_DECIDE, BATCH_EXECUTION, true, " -m TEXT"},
    {"skip", "skip", CONFIG_MCP_DECIDE, BATCH_EXECUTION, true, " -m TEXT"},
    {"undo", "undo", CONFIG_MCP_UNDO, BATCH_EXECUTION, true, ""},
};

/* @name is one of them, as the schema has it. Of two rows of a name the second is for SUBPLANs. */
static const struct mcp_action *find_action(const char *name, const char *kind) {
    const struct mcp_action *action = actions;
    while (strcmp(action->name, name) != 0)
        action++;
    return action + (kind && strcmp(kind, "subplan") == 0);
}

bool mcp_change_is_undo(const struct mcp_change *change) {
    return change->action->right == CONFIG_MCP_UNDO;
}

static bool is_creation(const struct mcp_change *change) {
    return change->action->right == CONFIG_MCP_CREATE;
}

static bool check(const struct mcp_change *change, struct error *error) {
    bool has_ids = change->id_count;
    if (change->has_level && (has_ids || !is_creation(change)))
        return error_set(error, ERROR_USAGE,
                         has_ids ? "level and ids exclude each other" : "level is for create and rework: name the ids");
    if (!has_ids && !is_creation(change) && !mcp_change_is_undo(change))
        return error_set(error, ERROR_USAGE, "%s needs ids", change->action->name);
    return true;
}

bool mcp_change_read(struct mcp_change *change, const cJSON *arguments, struct error *error) {
    const cJSON *ids = json_get(arguments, "ids");
    const char *name = json_get_string(arguments, "action");
    *change = (struct mcp_change){.has_level = cJSON_IsNumber(json_get(arguments, "level")),
                                  .level = json_get_unsigned(arguments, "level"),
                                  .batch = json_get_unsigned(arguments, "batch")};
    change->plan = json_copy_string(arguments, "plan", &change->arena);
    change->text = json_copy_string(arguments, "text", &change->arena);
    if (strcmp(name, "create") == 0) {
        change->kind = json_copy_string(arguments, "kind", &change->arena);
        change->kind = change->kind ? change->kind : "execution";
    }
    change->action = find_action(name, change->kind);
    for (const cJSON *id = ids ? ids->child : NULL; id && change->id_count < MCP_CHANGE_IDS_MOST; id = id->next)
        change->ids[change->id_count++] = arena_copy(&change->arena, id->valuestring, strlen(id->valuestring));
    snprintf(change->levels, sizeof change->levels, "%" PRIu64, change->level);
    return check(change, error);
}

void mcp_change_release(struct mcp_change *change) {
    arena_release(&change->arena);
    *change = (struct mcp_change){0};
}

/* --- what it is --- */

bool mcp_change_is_decision(const struct mcp_change *change) {
    return change->action->is_decision;
}

const char *mcp_change_name(const struct mcp_change *change) {
    return change->action->name;
}

enum config_mcp mcp_change_right(const struct mcp_change *change) {
    return change->action->right;
}

static void append_selection(struct buffer *text, const struct mcp_change *change) {
    for (size_t i = 0; i < change->id_count; i++)
        buffer_append_format(text, "%s%s",
                             i                                      ? ","
                             : change->plan || !is_creation(change) ? " "
                                                                    : " --ids ",
                             change->ids[i]);
    if (change->has_level)
        buffer_append_format(text, " --level %s", change->levels);
}

void mcp_change_append_command(struct buffer *text, const struct mcp_change *change) {
    buffer_append_format(text, "batchctl %s", change->action->method);
    if (mcp_change_is_undo(change) && change->batch) {
        buffer_append_format(text, " %" PRIu64, change->batch);
        return;
    }
    buffer_append_string(text, change->plan ? " " : "");
    if (change->plan)
        text_append_shell_word(text, change->plan);
    append_selection(text, change);
    buffer_append_string(text, change->action->arguments);
}

void mcp_change_fill(const struct mcp_change *change, struct request *request) {
    request->method = change->action->method;
    request->plan = change->plan;
    request->message = change->text;
    request->batch = change->batch;
    request->expect = change->expected;
    request->options.kind = change->action->kind;
    request->options.selection = (struct selection){
        .kind = change->id_count    ? SELECT_IDS
                : change->has_level ? SELECT_LEVEL
                                    : SELECT_READY,
        .levels = change->levels,
        .ids = change->ids,
        .id_count = change->id_count,
    };
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

static void write_selection(struct json_writer *writer, const struct mcp_change *change) {
    if (change->has_level) {
        json_writer_key_unsigned(writer, "level", change->level);
        return;
    }
    json_writer_key_array(writer, "ids");
    for (size_t i = 0; i < change->id_count; i++)
        json_writer_string(writer, change->ids[i]);
    json_writer_close_array(writer);
}

static void write_json(struct buffer *text, const struct mcp_change *change) {
    AUTO(buffer) digest = {0};
    struct json_writer writer = {.buffer = text};
    json_writer_open_object(&writer);
    json_writer_key_unsigned(&writer, "v", 1);
    json_writer_key_string(&writer, "action", change->action->name);
    json_writer_key_string(&writer, "plan", change->plan);
    json_writer_key_string(&writer, "kind", change->kind);
    write_selection(&writer, change);
    if (change->batch)
        json_writer_key_unsigned(&writer, "batch", change->batch);
    else
        json_writer_key_null(&writer, "batch");
    if (change->text)
        append_digest(&digest, change->text);
    json_writer_key_string(&writer, "text", change->text ? digest.data : NULL);
    json_writer_close_object(&writer);
}

bool mcp_change_append_token(struct buffer *token, const struct mcp_change *change, const char *expected,
                             struct error *error) {
    AUTO(buffer) json = {0};
    write_json(&json, change);
    if (json.length > MCP_TOKEN_JSON_BYTES_MOST)
        return error_set(error, ERROR_USAGE, "too many ids for one change: use level, or fewer ids");
    append_base64(token, buffer_span(&json));
    buffer_append_format(token, ".%s", expected);
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
    change->text = text ? arena_copy(&change->arena, text, strlen(text)) : NULL;
    change->expected = arena_copy(&change->arena, dot + 1, strlen(dot + 1));
    return true;
}
