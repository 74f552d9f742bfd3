#include "mcp/mcp_batch.h"

#include <inttypes.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/history.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "claims/claim_handle.h"
#include "config/config.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_change.h"
#include "mcp/mcp_claims.h"
#include "mcp/mcp_json.h"
#include "mcp/mcp_result.h"
#include "session/session.h"

enum { FILES_MOST = 100, ITEM_BYTES = 1000, FIRST_BYTES_MOST = 160 };

/* --- text --- */

static void append_paths(struct buffer *text, const cJSON *first, const char *sign) {
    for (const cJSON *item = first; item; item = item->next) {
        const char *path = cJSON_IsString(item) ? item->valuestring : mcp_json_string(item, "path");
        buffer_append_format(text, "  %s %s\n", sign, path);
    }
}

static void append_left(struct buffer *text, const cJSON *first) {
    for (const cJSON *item = first; item; item = item->next) {
        const char *path = json_get_string(item, "path");
        buffer_append_format(text, "  left: %s (%s)\n", path ? path : mcp_json_string(item, "id"),
                             mcp_json_string(item, "reason"));
    }
}

/* What a change would do, or has done. */
static void append_change(struct buffer *text, const cJSON *data, const char *created) {
    const cJSON *files = mcp_json_first(data, created), *removed = mcp_json_first(data, "removed");
    const cJSON *other = mcp_json_first(data, "also_ready");
    if (cJSON_IsNumber(json_get(data, "batch")))
        buffer_append_format(text, "batch %zu:\n", json_get_unsigned(data, "batch"));
    if (!files && !removed)
        buffer_append_string(text, "nothing to do\n");
    append_paths(text, files, "+");
    append_paths(text, removed, "-");
    append_left(text, mcp_json_first(data, "skipped"));
    append_left(text, mcp_json_first(data, "kept"));
    for (; other && !files; other = other->next)
        buffer_append_format(text, "  ready for something else: %s, %s\n", mcp_json_string(other, "id"),
                             mcp_json_string(other, "what_next"));
}

/* --- lists --- */

typedef void write_item(struct json_writer *out, const cJSON *item);

/* As many as there is room for, at most FILES_MOST; the text has all that fit there. */
static void write_list(struct mcp_result *result, const char *key, const cJSON *first, write_item *write) {
    size_t count = 0;
    json_writer_key_array(&result->out, key);
    for (const cJSON *item = first; item && count < FILES_MOST && mcp_result_has_room(result, ITEM_BYTES);
         item = item->next, count++)
        write(&result->out, item);
    json_writer_close_array(&result->out);
}

static void write_string(struct json_writer *out, const cJSON *item) {
    json_writer_string(out, item->valuestring);
}

static void write_place(struct json_writer *out, const cJSON *item) {
    json_writer_open_object(out);
    json_writer_key_string(out, "id", json_get_string(item, "id"));
    json_writer_key_string(out, "path", json_get_string(item, "path"));
    json_writer_close_object(out);
}

static void write_reason(struct json_writer *out, const cJSON *item) {
    json_writer_open_object(out);
    json_writer_key_string(out, "id", json_get_string(item, "id"));
    json_writer_key_string(out, "path", json_get_string(item, "path"));
    json_writer_key(out, "reason");
    json_writer_span(out, mcp_result_fit(span_of(mcp_json_string(item, "reason")), FIRST_BYTES_MOST));
    json_writer_close_object(out);
}

static void write_file(struct json_writer *out, const cJSON *item) {
    const char *content = json_get_string(item, "content");
    json_writer_open_object(out);
    json_writer_key_string(out, "id", json_get_string(item, "id"));
    json_writer_key_string(out, "path", json_get_string(item, "path"));
    json_writer_key_unsigned(out, "size", json_get_unsigned(item, "size"));
    json_writer_key(out, "first_lines");
    if (content)
        json_writer_span(out, span_trim(mcp_result_fit(span_of(content), FIRST_BYTES_MOST)));
    else
        json_writer_null(out);
    json_writer_close_object(out);
}

static void write_skipped(struct mcp_result *result, const cJSON *data) {
    const char *key = json_get(data, "kept") ? "kept" : "skipped"; /* an undo keeps what was edited since */
    write_list(result, "skipped", mcp_json_first(data, key), write_reason);
}

/* --- preview --- */

/* An undo has no token of its batch: it is what would be removed, and what would stay. */
static void append_undo_token(struct buffer *token, const struct answer *preview) {
    char digest[DIGEST_FAST_TEXT];
    digest_fast(buffer_span(&preview->data), digest);
    buffer_append_format(token, "u1-%s", digest);
}

static bool is_undo(const struct mcp_change *change) {
    return strcmp(change->action, "undo") == 0;
}

static bool is_of_any_plan(const struct answer *preview) {
    for (size_t i = 0; i < preview->diagnostics.count; i++)
        if (strcmp(preview->diagnostics.items[i].code, HISTORY_ANY_PLAN) == 0)
            return true;
    return false;
}

/* The request for the change, under the claim that the caller has named, which @handle gets. */
static bool make_request(struct mcp_call *call, const struct mcp_change *change, struct claim_handle *handle,
                         struct request *request) {
    const char *text = mcp_call_text(call, "handle");
    *request = (struct request){.as = call->access->name};
    mcp_change_fill(change, request);
    request->claim = text ? handle : NULL;
    return !text || claim_handle_parse(handle, text, &call->result.error);
}

/* The claim on the achievement of @id, which may be that of a part; NULL if none holds. */
static const cJSON *find_holder(const struct mcp_claims *claims, const char *path, const char *id) {
    AUTO(buffer) whole = {0};
    const cJSON *holder = mcp_claims_holder(claims, path, id);
    const char *dot = strrchr(id, '.');
    if (holder || !dot)
        return holder;
    buffer_append(&whole, id, (size_t)(dot - id));
    return mcp_claims_holder(claims, path, buffer_text(&whole));
}

/* Is @id that of the claim's achievement, or of a part of it? */
static bool is_of_claim(const struct claim_handle *handle, const char *id) {
    size_t length = strlen(handle->id);
    return strncmp(id, handle->id, length) == 0 && (id[length] == '\0' || id[length] == '.');
}

/* What another holds, no agent changes; and the caller's own claim, if it has named one, is about this change. */
static bool check_holders(struct mcp_call *call, const cJSON *data, const struct claim_handle *handle) {
    AUTO(mcp_claims) claims = {0};
    const char *path = mcp_json_string(data, "path");
    bool has_handle = handle->plan && strcmp(handle->plan, path) == 0, is_about = false;
    struct error *error = &call->result.error;
    mcp_claims_read(&claims, &call->access->session, path);
    for (const cJSON *file = mcp_json_first(data, "files"); file; file = file->next) {
        const char *id = mcp_json_string(file, "id");
        const cJSON *holder = find_holder(&claims, path, id);
        bool is_own = has_handle && is_of_claim(handle, id);
        is_about |= is_own;
        if (!holder || (is_own && json_get_unsigned(holder, "fence") == handle->fence))
            continue;
        error_set(error, ERROR_CONFLICT, "%s works on %s until %s", mcp_json_string(holder, "by"), id,
                  mcp_json_string(holder, "until"));
        return error_hint(error, "leave %s out, or wait; your own work needs its handle", id);
    }
    if (!handle->plan || is_about || !mcp_json_first(data, "files"))
        return true;
    return error_set(error, ERROR_USAGE, "the claim on %s is not about this change", handle->id);
}

/* The answer to a dry run. False if it failed. */
static bool ask_preview(struct mcp_call *call, const struct mcp_change *change, struct answer *answer,
                        struct json *json) {
    AUTO(claim_handle) handle = {0};
    struct request request;
    if (!make_request(call, change, &handle, &request))
        return false;
    request.is_dry_run = true;
    request.has_content = true;
    request.expect = is_undo(change) ? NULL : change->expected;
    session_request(&call->access->session, &request, answer);
    if (!mcp_result_take(&call->result, answer) || !json_read_ours(json, buffer_span(&answer->data)) ||
        !check_holders(call, json->root, &handle))
        return false;
    if (is_undo(change) && is_of_any_plan(answer))
        return error_set(&call->result.error, ERROR_USAGE, "which batch? name its number, or the plan");
    return true;
}

/* The change as its token names it: with the path of the plan, and the number of the batch. */
static bool write_token(struct mcp_call *call, const struct mcp_change *change, const cJSON *data,
                        const struct answer *answer) {
    AUTO(buffer) token = {0}, expected = {0};
    struct mcp_change named = *change; /* borrows all */
    if (is_undo(change)) {
        named.batch = json_get_unsigned(data, "batch");
        append_undo_token(&expected, answer);
    } else {
        named.plan = json_get_string(data, "path");
        buffer_append_string(&expected, mcp_json_string(data, "token"));
    }
    if (!mcp_change_append_token(&token, &named, expected.data, &call->result.error))
        return false;
    json_writer_key_string(&call->result.out, "token", token.data);
    return true;
}

static void write_preview(struct mcp_call *call, const struct mcp_change *change, const cJSON *data,
                          const struct answer *answer) {
    struct mcp_result *result = &call->result;
    const char *key = is_undo(change) ? "removed" : "files";
    if (!write_token(call, change, data, answer))
        return;
    json_writer_key_unsigned(&result->out, "count", mcp_json_count(data, key));
    write_list(result, "files", mcp_json_first(data, "files"), write_file);
    write_list(result, "missing_subplans", mcp_json_first(data, "missing_subplans"), write_string);
    write_skipped(result, data);
    write_list(result, "removed", mcp_json_first(data, "removed"), write_string);
    append_change(&result->text, data, "files");
    if (mcp_json_count(data, key))
        buffer_append_format(&result->text, "To do it: %s with the token%s.\n",
                             mcp_change_is_decision(change) ? "decision_apply" : "batch_apply",
                             change->text ? " and the same text" : "");
}

bool mcp_batch_preview(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    AUTO(json) json = {0};
    AUTO(mcp_change) change = {0};
    struct error *error = &call->result.error;
    if (mcp_access_permit(call->access, CONFIG_MCP_READ, NULL, error) &&
        mcp_change_read(&change, call->arguments.root, error) && ask_preview(call, &change, &answer, &json))
        write_preview(call, &change, json.root, &answer);
    return true;
}

/* --- apply --- */

static const char *make_request_id(struct buffer *id) {
    uint64_t number = 0;
    if (getrandom(&number, sizeof number, 0) != sizeof number)
        number = (uint64_t)getpid();
    buffer_append_format(id, "mcp-%016" PRIx64, number);
    return id->data;
}

/* Has the batch of this request been recorded? Then @answer says what it has made. */
static bool find_batch(struct mcp_call *call, const struct request *request, struct answer *answer) {
    AUTO(answer) history = {0}, found = {0};
    AUTO(json) json = {0}, record = {0};
    const struct request past = {.method = "history", .request_id = request->request_id};
    session_request(&call->access->session, &past, &history);
    bool is_read = json_read_ours(&json, buffer_span(&history.data));
    const cJSON *batch = is_read ? mcp_json_first(json.root, "batches") : NULL;
    if (!batch || !request->expect)
        return false;
    const struct request show = {.method = "batch", .batch = json_get_unsigned(batch, "batch")};
    session_request(&call->access->session, &show, &found);
    if (!json_read_ours(&record, buffer_span(&found.data)) ||
        strcmp(mcp_json_string(record.root, "token"), request->expect) != 0)
        return false;
    answer_release(answer);
    *answer = found;
    found = (struct answer){0};
    return true;
}

static void write_outcome(struct mcp_call *call, const cJSON *data, bool is_record) {
    struct mcp_result *result = &call->result;
    if (cJSON_IsNumber(json_get(data, "batch")))
        json_writer_key_unsigned(&result->out, "batch", json_get_unsigned(data, "batch"));
    else
        json_writer_key_null(&result->out, "batch");
    const char *created = is_record ? "files" : "created";
    write_list(result, "created", mcp_json_first(data, created), write_place);
    write_list(result, "removed", mcp_json_first(data, "removed"), write_string);
    write_skipped(result, data);
    append_change(&result->text, data, created);
}

/* Is it still what was previewed, and held by no other? An undo has no token that its own request could check. */
static bool check_again(struct mcp_call *call, const struct mcp_change *change) {
    AUTO(answer) preview = {0};
    AUTO(json) json = {0};
    AUTO(buffer) token = {0};
    if (!ask_preview(call, change, &preview, &json))
        return false;
    if (!is_undo(change))
        return true;
    append_undo_token(&token, &preview);
    return strcmp(token.data, change->expected) == 0 ||
           error_set(&call->result.error, ERROR_STALE, "files of batch %" PRIu64 " have changed since the preview",
                     change->batch);
}

/* Busy: nothing was done, as another process held the lock. */
static bool is_busy(struct mcp_call *call, const struct answer *answer) {
    return answer->code == ERROR_CONFLICT && mcp_call_must_wait(call);
}

/* The command line has another way to look again. */
static void advise(struct error *error) {
    if (error->code == ERROR_STALE && error->hint && strstr(error->hint, "--dry-run"))
        error_hint(error, "call batch_preview again");
}

static void write_answer(struct mcp_call *call, const struct answer *answer, bool is_record) {
    AUTO(json) json = {0};
    if (!mcp_result_take(&call->result, answer) || !json_read_ours(&json, buffer_span(&answer->data)))
        return;
    write_outcome(call, json.root, is_record);
}

/* A change that is stale may be so because the same request has made it before. */
static void finish_stale(struct mcp_call *call, const struct request *request, bool is_named) {
    AUTO(answer) found = {0};
    struct error *error = &call->result.error;
    if (error->code == ERROR_STALE && is_named && find_batch(call, request, &found)) {
        error_release(error);
        buffer_clear(&call->result.text);
        buffer_clear(&call->result.warnings);
        write_answer(call, &found, true);
    }
    advise(error);
}

/* True if the call is done. */
static bool carry_out(struct mcp_call *call, const struct mcp_change *change) {
    AUTO(answer) answer = {0};
    AUTO(buffer) made = {0};
    AUTO(claim_handle) handle = {0};
    struct request request;
    const char *named = mcp_call_text(call, "request");
    if (!make_request(call, change, &handle, &request))
        return true;
    request.request_id = named ? named : make_request_id(&made);
    if (check_again(call, change)) {
        request.expect = is_undo(change) ? NULL : change->expected;
        session_request(&call->access->session, &request, &answer);
        if (is_busy(call, &answer))
            return false;
        bool is_record = answer.code == ERROR_UNKNOWN && find_batch(call, &request, &answer);
        write_answer(call, &answer, is_record);
    }
    finish_stale(call, &request, named);
    return true;
}

static bool check_tool(const struct mcp_change *change, bool is_decision, struct error *error) {
    if (mcp_change_is_decision(change) == is_decision)
        return true;
    error_set(error, ERROR_USAGE, "this token is of %s", change->action);
    return error_hint(error, "use %s", is_decision ? "batch_apply" : "decision_apply");
}

/* Whose work it is about, as a person would type it. */
static bool check_right(struct mcp_call *call, const struct mcp_change *change) {
    AUTO(buffer) command = {0};
    mcp_change_append_command(&command, change);
    return mcp_access_permit(call->access, mcp_change_right(change), command.data, &call->result.error);
}

static bool apply(struct mcp_call *call, bool is_decision) {
    AUTO(mcp_change) change = {0};
    struct error *error = &call->result.error;
    const cJSON *schema = call->tool->preview;
    if (!mcp_change_read_token(&change, mcp_call_text(call, "token"), mcp_call_text(call, "text"), schema, error) ||
        !check_tool(&change, is_decision, error) || !check_right(call, &change))
        return true;
    return !mcp_call_must_wait(call) && carry_out(call, &change);
}

bool mcp_batch_apply(struct mcp_call *call) {
    return apply(call, false);
}

bool mcp_batch_decide(struct mcp_call *call) {
    return apply(call, true);
}
