#include <string.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/files.h"
#include "document/document.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_call.h"
#include "mcp/mcp_result.h"
#include "mcp/mcp_tools.h"
#include "plan/standing.h"
#include "render/achievement_json.h"
#include "session/session.h"
#include "view/achievement_view.h"

enum { LINES_MOST = 200, DOCUMENT_BYTES_MOST = 12288 };

/* --- documents --- */

/* The path of the document, relative to the root; NULL if there is none. */
static const char *document_of(const struct achievement_view *view, const char *include, struct arena *arena) {
    const struct standing *standing = &view->item.standing;
    const char *submitted = NULL;
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == NAME_SUBMITTED)
            submitted = standing->reviews[i].file;
    if (strcmp(include, "plan") == 0)
        return arena_format(arena, "%s/PLAN_%s.md", view->path, view->plan);
    if (strcmp(include, "execution") == 0)
        return standing->execution_count ? standing->executions[standing->execution_count - 1].file : NULL;
    return strcmp(include, "submitted") == 0 ? submitted
           : strcmp(include, "fix") == 0     ? standing_rare(standing)->fix_file
                                             : standing->subplan_file;
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
    mcp_result_write_number(&call->result, "next_line", behind.length ? first + count : 0);
    buffer_append_format(&call->result.text, "\n%s, lines %zu-%zu%s:\n", path, first, first + (count ? count - 1 : 0),
                         behind.length ? " (more behind them)" : "");
    buffer_append_span(&call->result.text, part);
}

static bool write_document(struct mcp_call *call, const struct achievement_view *view) {
    const char *include = mcp_call_text(call, "include");
    AUTO(arena) arena = {0};
    AUTO(buffer) raw = {0}, text = {0};
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    struct error *error = &call->result.error;
    if (strcmp(include, "none") == 0) {
        json_writer_key_null(&call->result.out, "text");
        json_writer_key_null(&call->result.out, "next_line");
        return true;
    }
    const char *path = document_of(view, include, &arena);
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

static void write_cut(struct json_writer *out, struct span text) {
    enum { STRING_BYTES_MOST = 900 };
    AUTO(buffer) cut = {0};
    buffer_append_span(&cut, mcp_result_fit(text, STRING_BYTES_MOST));
    buffer_append_string(&cut, " …");
    json_writer_span(out, buffer_span(&cut));
}

/* A value as it is, or with the lists and texts in it cut where it is long. */
static void write_value(struct json_writer *out, struct json *json, const cJSON *value) {
    enum { ELEMENTS_MOST = 12, VALUE_BYTES_MOST = 1000 };
    struct span text = json_written(json, value);
    size_t count = 0;
    if (text.length <= VALUE_BYTES_MOST) {
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

/* What show says, and what only why says of it. */
static void write_achievement(struct json_writer *out, const struct achievement_view *show,
                              const struct achievement_view *why) {
    AUTO(buffer) text = {0};
    AUTO(json) json = {0};
    struct json_writer whole = {.buffer = &text};
    json_writer_open_object(&whole);
    json_writer_key_string(&whole, "plan", show->plan);
    json_writer_key_string(&whole, "path", show->path);
    achievement_json_shown(&whole, show);
    achievement_json_reasons(&whole, why);
    json_writer_close_object(&whole);
    json_read_ours(&json, buffer_span(&text));
    json_writer_key(out, "achievement");
    write_value(out, &json, json.root);
}

/* The view that the method answers; NULL if it failed. */
static const struct achievement_view *ask(struct mcp_call *call, const char *method, struct answer *answer) {
    const struct request request = {
        .method = method, .plan = mcp_call_text(call, "plan"), .id = mcp_call_text(call, "id")};
    session_view(&call->access->session, &request, answer);
    if (answer->view && (answer->code == ERROR_NONE || answer->code == ERROR_INVALID)) /* what is known is shown */
        return answer->view;
    mcp_result_take(&call->result, answer);
    return NULL;
}

bool mcp_show_run(struct mcp_call *call) {
    AUTO(answer) show = {0}, why = {0};
    const struct achievement_view *shown = ask(call, "show", &show), *reasons = shown ? ask(call, "why", &why) : NULL;
    if (!reasons)
        return true;
    mcp_result_warn(&call->result, &show.diagnostics);
    mcp_result_say(&call->result, &show);
    if (reasons->obstacle_count)
        mcp_result_say(&call->result, &why);
    write_achievement(&call->result.out, shown, reasons);
    write_document(call, shown);
    return true;
}
