#include <string.h>

#include "api/answer.h"
#include "api/history.h"
#include "api/reconcile.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "batch/batch.h"
#include "claims/claim_handle.h"
#include "config/config.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_call.h"
#include "mcp/mcp_change.h"
#include "mcp/mcp_result.h"
#include "mcp/mcp_tools.h"
#include "session/session.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"
#include "view/undo_view.h"

enum { FILES_MOST = 100, ITEM_BYTES = 1000, FIRST_BYTES_MOST = 160 };

/* What a change would do, or has done; borrows from its answer. */
struct effect {
    struct file_list files; /* that are created */
    struct ids removed, missing_subplans;
    struct failure_list left; /* not created; or not removed, as they were edited since */
};

static struct effect effect_of(const struct mcp_change *change, const struct answer *answer) {
    const struct undo_view *undo = answer->view;
    const struct batch_view *batch = answer->view;
    if (mcp_change_is_undo(change))
        return (struct effect){.removed = undo->removed, .left = undo->kept};
    return (struct effect){
        .files = *batch_view_files(batch), .missing_subplans = batch->missing_subplans, .left = batch->skipped};
}

/* --- as facts --- */

typedef void write_item(struct json_writer *out, const void *item);

/* As many of the items, of @size bytes each, as there is room for, at most FILES_MOST; the text has all that fit. */
static void write_list(struct mcp_result *result, const char *key, const void *items, size_t count, size_t size,
                       write_item *write) {
    json_writer_key_array(&result->out, key);
    for (size_t i = 0; i < count && i < FILES_MOST && mcp_result_has_room(result, ITEM_BYTES); i++)
        write(&result->out, (const char *)items + i * size);
    json_writer_close_array(&result->out);
}

static void write_id(struct json_writer *out, const void *item) {
    json_writer_string(out, *(const char *const *)item);
}

static void write_ids(struct mcp_result *result, const char *key, const struct ids *ids) {
    write_list(result, key, ids->items, ids->count, sizeof *ids->items, write_id);
}

static void open_place(struct json_writer *out, const char *id, const char *path) {
    json_writer_open_object(out);
    json_writer_key_string(out, "id", id);
    json_writer_key_string(out, "path", path);
}

static void write_created(struct json_writer *out, const void *item) {
    const struct file_view *file = item;
    open_place(out, file->id, file->path);
    json_writer_close_object(out);
}

static void write_file(struct json_writer *out, const void *item) {
    const struct file_view *file = item;
    open_place(out, file->id, file->path);
    json_writer_key_unsigned(out, "size", file->size_bytes);
    json_writer_key(out, "first_lines");
    if (file->has_content)
        json_writer_span(out, span_trim(mcp_result_fit(file->content, FIRST_BYTES_MOST)));
    else
        json_writer_null(out);
    json_writer_close_object(out);
}

static void write_failure(struct json_writer *out, const void *item) {
    const struct batch_failure *failure = item;
    open_place(out, failure->id, failure->path);
    json_writer_key(out, "reason");
    json_writer_span(out, mcp_result_fit(span_of(failure->reason), FIRST_BYTES_MOST));
    json_writer_close_object(out);
}

static void write_files(struct mcp_result *result, const char *key, const struct effect *effect, write_item *write) {
    write_list(result, key, effect->files.items, effect->files.count, sizeof *effect->files.items, write);
}

static void write_left(struct mcp_result *result, const struct effect *effect) {
    write_list(result, "skipped", effect->left.items, effect->left.count, sizeof *effect->left.items, write_failure);
}

/* --- preview --- */

/* What the change asks, under the claim that the caller has named, which @handle gets. */
static bool make_request(struct mcp_call *call, const struct mcp_change *change, struct claim_handle *handle,
                         struct request *request) {
    const char *text = mcp_call_text(call, "handle");
    *request = change->request;
    request->as = call->access->name;
    request->request_id = mcp_call_text(call, "request");
    request->claim = text ? handle : NULL;
    request->refuses_held = true;
    return !text || claim_handle_parse(handle, text, &call->result.error);
}

/* The answer to a dry run. False if it failed. */
static bool ask_preview(struct mcp_call *call, const struct mcp_change *change, struct answer *answer) {
    AUTO(claim_handle) handle = {0};
    struct request request;
    if (!make_request(call, change, &handle, &request))
        return false;
    request.is_dry_run = request.has_content = true;
    return mcp_call_ask(call, &request, answer) &&
           (!mcp_change_is_undo(change) || !history_is_of_any_plan(answer) ||
            error_set(&call->result.error, ERROR_USAGE, "which batch? name its number, or the plan"));
}

static void write_preview(struct mcp_call *call, const struct mcp_change *change, const struct answer *answer) {
    struct mcp_result *result = &call->result;
    const struct effect effect = effect_of(change, answer);
    AUTO(buffer) token = {0};
    if (!mcp_change_append_token(&token, change, answer, &result->error))
        return;
    json_writer_key_string(&result->out, "token", token.data);
    json_writer_key_unsigned(&result->out, "count", answer->count);
    write_files(result, "files", &effect, write_file);
    write_ids(result, "missing_subplans", &effect.missing_subplans);
    write_left(result, &effect);
    write_ids(result, "removed", &effect.removed);
    mcp_result_say(result, answer);
    if (answer->count)
        buffer_append_format(&result->text, "To do it: %s with the token%s.\n",
                             change->action->is_decision ? "decision_apply" : "batch_apply",
                             change->request.message ? " and the same text" : "");
}

bool mcp_batch_preview(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    AUTO(mcp_change) change = {0};
    if (mcp_change_read(&change, call->arguments.root, &call->result.error) && ask_preview(call, &change, &answer))
        write_preview(call, &change, &answer);
    return true;
}

/* --- apply --- */

static void write_outcome(struct mcp_call *call, const struct mcp_change *change, const struct answer *answer) {
    struct mcp_result *result = &call->result;
    if (!mcp_result_take(result, answer))
        return;
    const struct effect effect = effect_of(change, answer);
    mcp_result_write_number(result, "batch", answer->batch);
    write_files(result, "created", &effect, write_created);
    write_ids(result, "removed", &effect.removed);
    write_left(result, &effect);
    mcp_result_say(result, answer);
}

/* A change that is stale, or whose batch is gone, may be so because the same request has made it before. */
static void finish_repeated(struct mcp_call *call, const struct mcp_change *change, struct request *request) {
    AUTO(answer) found = {0};
    AUTO(error) ignored = {0};
    struct session *session = &call->access->session;
    struct error *error = &call->result.error;
    request->lock_timeout_ms = session->settings.config.lock_timeout_ms;
    if (request->request_id && reconcile_find(&session->workspace, request, &found, &ignored) == RECONCILE_DONE) {
        error_release(error);
        buffer_clear(&call->result.text);
        buffer_clear(&call->result.warnings);
        write_outcome(call, change, &found);
    } else if (error->hint && strstr(error->hint, "--dry-run")) { /* the command line has another way to look again */
        error_hint(error, "call batch_preview again");
    }
}

/* True if the call is done. */
static bool carry_out(struct mcp_call *call, const struct mcp_change *change) {
    AUTO(answer) answer = {0};
    AUTO(claim_handle) handle = {0};
    struct request request;
    if (!make_request(call, change, &handle, &request))
        return true;
    session_view(&call->access->session, &request, &answer);
    if (answer.code == ERROR_CONFLICT && mcp_call_must_wait(call)) /* another process held the lock */
        return false;
    write_outcome(call, change, &answer);
    if (answer.code == ERROR_STALE || answer.code == ERROR_NOT_FOUND)
        finish_repeated(call, change, &request);
    return true;
}

static bool check_tool(const struct mcp_change *change, bool is_decision, struct error *error) {
    if (change->action->is_decision == is_decision)
        return true;
    error_set(error, ERROR_USAGE, "this token is of %s", change->action->name);
    return error_hint(error, "use %s", is_decision ? "batch_apply" : "decision_apply");
}

/* Whose work it is about, as a person would type it. */
static bool check_right(struct mcp_call *call, const struct mcp_change *change) {
    AUTO(buffer) command = {0};
    mcp_change_append_command(&command, change);
    return mcp_access_permit(call->access, change->action->right, command.data, &call->result.error);
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
