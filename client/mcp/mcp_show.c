#include "mcp/mcp_show.h"

#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "config/config.h"
#include "disk/files.h"
#include "document/document.h"
#include "format/json.h"
#include "format/json_scanner.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_json.h"
#include "mcp/mcp_result.h"
#include "session/session.h"

enum { LINES_MOST = 200, DOCUMENT_BYTES_MOST = 12288 };

/* --- documents --- */

static const char *last_of(const cJSON *object, const char *key) {
    const char *last = NULL;
    for (const cJSON *item = mcp_json_first(object, key); item; item = item->next)
        last = item->valuestring;
    return last;
}

/* The path of the document, relative to the root; NULL if there is none. */
static const char *document_of(const cJSON *data, const char *include, struct buffer *plan_file) {
    const cJSON *files = json_get(json_get(data, "achievement"), "files");
    if (strcmp(include, "plan") == 0) {
        buffer_append_format(plan_file, "%s/PLAN_%s.md", mcp_json_string(data, "path"), mcp_json_string(data, "plan"));
        return plan_file->data;
    }
    return strcmp(include, "execution") == 0   ? last_of(files, "executions")
           : strcmp(include, "submitted") == 0 ? last_of(files, "submitted")
                                               : json_get_string(files, include);
}

/* Skips to line @line; false if there is none. */
static bool skip_lines(struct span *rest, size_t line) {
    struct span skipped;
    for (size_t i = 1; i < line; i++)
        if (!span_next_line(rest, &skipped))
            return false;
    return rest->length > 0;
}

/* The first LINES_MOST lines of @rest that fit; how many in @count. A line that does not fit alone is cut. */
static struct span take_lines(struct span rest, size_t *count) {
    struct span start = rest, line;
    for (*count = 0; *count < LINES_MOST && span_next_line(&rest, &line); ++*count)
        continue;
    struct span part = {start.data, start.length - rest.length};
    part = mcp_result_fit(part, DOCUMENT_BYTES_MOST);
    *count = 0;
    for (struct span lines = part; span_next_line(&lines, &line); ++*count)
        continue;
    return part;
}

static void write_lines(struct mcp_call *call, struct span document, const char *path) {
    size_t first = mcp_call_has(call, "line") ? mcp_call_number(call, "line") : 1, count = 0;
    struct json_writer *out = &call->result.out;
    struct span rest = document, part = {0};
    if (skip_lines(&rest, first))
        part = take_lines(rest, &count);
    struct span line = {0}, behind = part.length ? span_skip(rest, part.length) : (struct span){0};
    if (part.length && part.data[part.length - 1] != '\n' && behind.length) /* a long line was cut */
        span_next_line(&behind, &line);
    json_writer_key(out, "text");
    json_writer_span(out, part);
    if (behind.length)
        json_writer_key_unsigned(out, "next_line", first + count);
    else
        json_writer_key_null(out, "next_line");
    buffer_append_format(&call->result.text, "\n%s, lines %zu-%zu%s:\n", path, first, first + (count ? count - 1 : 0),
                         behind.length ? " (more behind them)" : "");
    buffer_append_span(&call->result.text, part);
}

static bool write_document(struct mcp_call *call, const cJSON *data) {
    const char *include = mcp_call_text(call, "include");
    AUTO(buffer) plan_file = {0}, raw = {0}, text = {0};
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    struct error *error = &call->result.error;
    if (strcmp(include, "none") == 0) {
        json_writer_key_null(&call->result.out, "text");
        json_writer_key_null(&call->result.out, "next_line");
        return true;
    }
    const char *path = document_of(data, include, &plan_file);
    if (!path)
        return error_set(error, ERROR_NOT_FOUND, "%s has no document \"%s\"", mcp_call_text(call, "id"), include);
    if (!files_open(&files, call->access->session.settings.root, error) ||
        !files_read(&files, path, DOCUMENT_SIZE_MOST_BYTES, &raw, NULL, error))
        return false;
    text_append_normalized(&text, buffer_span(&raw));
    write_lines(call, buffer_span(&text), path);
    return true;
}

/* --- facts --- */

static void write_cut(struct json_writer *out, struct span text);

/* A copy of a value of an answer; lists and texts that are too long are cut, and the cut is named by its count. */
static void write_value(struct json_writer *out, struct json *json, const cJSON *value) {
    enum { ELEMENTS_MOST = 12, STRING_BYTES_MOST = 1000 };
    struct json_offsets place = json_offsets_of(json, value);
    struct span text = {json->text.data + place.value, place.end - place.value};
    size_t count = 0;
    if (text.length <= STRING_BYTES_MOST) {
        json_writer_raw(out, text);
    } else if (cJSON_IsString(value)) {
        write_cut(out, span_of(value->valuestring));
    } else if (cJSON_IsArray(value)) {
        json_writer_open_array(out);
        for (const cJSON *item = value->child; item && count < ELEMENTS_MOST; item = item->next, count++)
            write_value(out, json, item);
        json_writer_close_array(out);
    } else {
        json_writer_open_object(out);
        for (const cJSON *item = value->child; item; item = item->next) {
            json_writer_key(out, item->string);
            write_value(out, json, item);
        }
        json_writer_close_object(out);
    }
}

static void write_cut(struct json_writer *out, struct span text) {
    enum { STRING_BYTES_MOST = 900 };
    AUTO(buffer) cut = {0};
    buffer_append_span(&cut, mcp_result_fit(text, STRING_BYTES_MOST));
    buffer_append_string(&cut, " …");
    json_writer_span(out, buffer_span(&cut));
}

static void write_fact(struct json_writer *out, const char *key, struct json *json, const cJSON *claim) {
    json_writer_key(out, key);
    if (claim)
        write_value(out, json, claim);
    else
        json_writer_null(out);
}

/* What show says, and what only why says of it. */
static void write_achievement(struct mcp_call *call, struct json *show, struct json *why) {
    struct json_writer *out = &call->result.out;
    static const char *const reasons[] = {"waits_for", "would_make_ready", "blocks_ids"};
    json_writer_key_object(out, "achievement");
    json_writer_key_string(out, "plan", json_get_string(show->root, "plan"));
    json_writer_key_string(out, "path", json_get_string(show->root, "path"));
    const cJSON *achievement = json_get(show->root, "achievement");
    for (const cJSON *fact = achievement ? achievement->child : NULL; fact; fact = fact->next) {
        json_writer_key(out, fact->string);
        write_value(out, show, fact);
    }
    for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++)
        write_fact(out, reasons[i], why, json_get(why->root, reasons[i]));
    json_writer_close_object(out);
}

/* --- text --- */

static void append_ids(struct buffer *text, const char *label, const cJSON *first) {
    for (const cJSON *id = first; id; id = id->next)
        buffer_append_format(text, "%s%s%s", id == first ? label : ", ", id->valuestring, id->next ? "" : "\n");
}

static void append_files(struct buffer *text, const cJSON *files) {
    for (const cJSON *file = files ? files->child : NULL; file; file = file->next) {
        if (cJSON_IsString(file))
            buffer_append_format(text, "%s: %s\n", file->string, file->valuestring);
        for (const cJSON *path = cJSON_IsArray(file) ? file->child : NULL; path; path = path->next)
            buffer_append_format(text, "%s: %s\n", file->string, path->valuestring);
    }
}

/* Who works on it, and who has finished it elsewhere. */
static void append_claims(struct buffer *text, const cJSON *achievement) {
    const cJSON *claim = json_get(achievement, "claim"), *mark = json_get(achievement, "finished");
    if (strcmp(mcp_json_string(claim, "state"), "held") == 0)
        buffer_append_format(text, "%s works on it until %s\n", mcp_json_string(claim, "by"),
                             mcp_json_string(claim, "until"));
    if (json_get_boolean(mark, "binds"))
        buffer_append_format(text, "finished by %s on another branch, not merged here\n", mcp_json_string(mark, "by"));
}

static void append_summary(struct buffer *text, const cJSON *achievement, const cJSON *why) {
    const char *need = json_get_string(achievement, "what_next"),
               *objective = json_get_string(achievement, "objective");
    buffer_append_format(text, "%s %s: %s\n", mcp_json_string(achievement, "id"), mcp_json_string(achievement, "title"),
                         mcp_json_string(achievement, "label"));
    if (need)
        buffer_append_format(text, "next: %s\n", need);
    append_claims(text, achievement);
    append_ids(text, "depends on: ", mcp_json_first(achievement, "dependencies"));
    for (const cJSON *other = mcp_json_first(why, "waits_for"); other; other = other->next)
        buffer_append_format(text, "waits for %s %s: %s\n", mcp_json_string(other, "id"),
                             mcp_json_string(other, "title"), mcp_json_string(other, "what_next"));
    append_ids(text, "blocks: ", mcp_json_first(why, "blocks_ids"));
    append_files(text, json_get(achievement, "files"));
    if (objective)
        buffer_append_format(text, "\n%s\n", objective);
}

/* Asks the method. False if it failed. */
static bool ask(struct mcp_call *call, const char *method, struct answer *answer, struct json *json) {
    const struct request request = {
        .method = method, .plan = mcp_call_text(call, "plan"), .id = mcp_call_text(call, "id")};
    session_request(&call->access->session, &request, answer);
    if (answer->data.length && answer->code == ERROR_INVALID) /* of the plan: what is known of it is shown */
        answer->code = ERROR_NONE;
    return answer->code == ERROR_NONE ? json_read_ours(json, buffer_span(&answer->data))
                                      : mcp_result_take(&call->result, answer);
}

bool mcp_show_run(struct mcp_call *call) {
    AUTO(answer) show = {0}, why = {0};
    AUTO(json) facts = {0}, reasons = {0};
    if (mcp_access_permit(call->access, CONFIG_MCP_READ, NULL, &call->result.error) &&
        ask(call, "show", &show, &facts) && ask(call, "why", &why, &reasons)) {
        mcp_result_warn(&call->result, &show.diagnostics);
        append_summary(&call->result.text, json_get(facts.root, "achievement"), reasons.root);
        write_achievement(call, &facts, &reasons);
        write_document(call, facts.root);
    }
    return true;
}
