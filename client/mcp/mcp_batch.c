#include "mcp/mcp_batch.h"

#include <inttypes.h>
#include <string.h>

#include "api/answer.h"
#include "api/history.h"
#include "api/reconcile.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/error.h"
#include "batch/batch.h"
#include "claims/claim.h"
#include "claims/claim_handle.h"
#include "config/config.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_change.h"
#include "mcp/mcp_result.h"
#include "session/session.h"
#include "view/achievement_item.h"
#include "view/batch_view.h"
#include "view/claim_item.h"
#include "view/claim_view.h"
#include "view/undo_view.h"

enum { FILES_MOST = 100, ITEM_BYTES = 1000, FIRST_BYTES_MOST = 160 };

/* What a change would do, or has done; borrows from its answer. */
struct effect {
    const char *path;       /* of the plan; NULL of an undo */
    uint64_t batch;         /* its number; 0 if there is none */
    struct file_list files; /* that are created */
    struct ids removed, missing_subplans;
    struct failure_list left; /* not created; or not removed, as they were edited since */
    const struct batch_other *others;
    size_t other_count;
};

static struct effect effect_of(const struct mcp_change *change, const struct answer *answer) {
    const struct undo_view *undo = answer->view;
    const struct batch_view *batch = answer->view;
    if (mcp_change_is_undo(change))
        return (struct effect){.batch = undo->batch, .removed = undo->removed, .left = undo->kept};
    return (struct effect){.path = batch->path,
                           .batch = batch->number,
                           .files = *batch_view_files(batch),
                           .missing_subplans = batch->missing_subplans,
                           .left = batch->skipped,
                           .others = batch->others,
                           .other_count = batch->other_count};
}

/* --- as text --- */

static void append_effect(struct buffer *text, const struct effect *effect) {
    if (effect->batch)
        buffer_append_format(text, "batch %" PRIu64 ":\n", effect->batch);
    if (!effect->files.count && !effect->removed.count)
        buffer_append_string(text, "nothing to do\n");
    for (size_t i = 0; i < effect->files.count; i++)
        buffer_append_format(text, "  + %s\n", effect->files.items[i].path);
    for (size_t i = 0; i < effect->removed.count; i++)
        buffer_append_format(text, "  - %s\n", effect->removed.items[i]);
    for (size_t i = 0; i < effect->left.count; i++) {
        const struct batch_failure *item = &effect->left.items[i];
        buffer_append_format(text, "  left: %s (%s)\n", item->path ? item->path : item->id, item->reason);
    }
    for (size_t i = 0; i < effect->other_count && !effect->files.count; i++)
        buffer_append_format(text, "  ready for something else: %s, %s\n", effect->others[i].id,
                             effect->others[i].need);
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

/* An undo has no token of its batch: it is what would be removed, and what would stay. */
static void append_undo_token(struct buffer *token, struct answer *preview) {
    char digest[DIGEST_FAST_TEXT];
    answer_fill_data(preview);
    digest_fast(buffer_span(&preview->data), digest);
    buffer_append_format(token, "u1-%s", digest);
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
    *request = (struct request){.as = call->access->name, .request_id = mcp_call_text(call, "request")};
    mcp_change_fill(change, request);
    if (mcp_change_is_undo(change))
        request->expect = NULL;
    request->claim = text ? handle : NULL;
    return !text || claim_handle_parse(handle, text, &call->result.error);
}

/* Is @id that of the claim's achievement, or of a part of it? */
static bool is_of(const char *claimed, const char *id) {
    size_t length = strlen(claimed);
    return strncmp(id, claimed, length) == 0 && (id[length] == '\0' || id[length] == '.');
}

/* The claim that holds the achievement of @id, which may be that of a part; NULL if none does. */
static const struct claim_item *find_holder(const struct claims_view *view, const char *path, const char *id) {
    const struct claim_item *found = NULL;
    for (size_t i = 0; view && i < view->count; i++)
        for (size_t k = 0; strcmp(view->plans[i].path, path) == 0 && k < view->plans[i].count; k++) {
            const struct claimed_item *item = &view->plans[i].items[k];
            bool is_held = item->claim && item->claim->state == CLAIM_HELD;
            if (is_held && (strcmp(item->id, id) == 0 || (!found && is_of(item->id, id))))
                found = item->claim;
        }
    return found;
}

/* What another holds, no agent changes. */
static bool check_holders(struct mcp_call *call, const struct effect *effect, const struct claim_handle *handle) {
    AUTO(answer) claims = {0};
    const struct request request = {.method = "claims", .plan = effect->path};
    if (!effect->path) /* an undo */
        return true;
    bool has_handle = handle->plan && strcmp(handle->plan, effect->path) == 0;
    session_view(&call->access->session, &request, &claims); /* where claims cannot be read there are none */
    for (size_t i = 0; i < effect->files.count; i++) {
        const char *id = effect->files.items[i].id ? effect->files.items[i].id : "";
        const struct claim_item *holder = find_holder(claims.view, effect->path, id);
        bool is_own = has_handle && is_of(handle->id, id);
        if (!holder || (is_own && holder->fence == handle->fence))
            continue;
        error_set(&call->result.error, ERROR_CONFLICT, "%s works on %s until %s", holder->by, id, holder->until);
        return error_hint(&call->result.error, "leave %s out, or wait; your own work needs its handle", id);
    }
    return true;
}

/* The answer to a dry run. False if it failed. */
static bool ask_preview(struct mcp_call *call, const struct mcp_change *change, struct answer *answer) {
    AUTO(claim_handle) handle = {0};
    struct request request;
    if (!make_request(call, change, &handle, &request))
        return false;
    request.is_dry_run = request.has_content = true;
    if (!mcp_call_ask(call, &request, answer))
        return false;
    const struct effect effect = effect_of(change, answer);
    if (!check_holders(call, &effect, &handle))
        return false;
    if (mcp_change_is_undo(change) && is_of_any_plan(answer))
        return error_set(&call->result.error, ERROR_USAGE, "which batch? name its number, or the plan");
    return true;
}

/* The change as its token names it: with the path of the plan, and the number of the batch. */
static bool write_token(struct mcp_call *call, const struct mcp_change *change, const struct effect *effect,
                        struct answer *answer) {
    AUTO(buffer) token = {0}, expected = {0};
    struct mcp_change named = *change; /* borrows all */
    if (mcp_change_is_undo(change)) {
        named.batch = effect->batch;
        append_undo_token(&expected, answer);
    } else {
        named.plan = effect->path;
        buffer_append_string(&expected, answer->token ? answer->token : "");
    }
    if (!mcp_change_append_token(&token, &named, buffer_text(&expected), &call->result.error))
        return false;
    json_writer_key_string(&call->result.out, "token", token.data);
    return true;
}

static void write_preview(struct mcp_call *call, const struct mcp_change *change, struct answer *answer) {
    struct mcp_result *result = &call->result;
    const struct effect effect = effect_of(change, answer);
    size_t count = effect.files.count + effect.removed.count;
    if (!write_token(call, change, &effect, answer))
        return;
    json_writer_key_unsigned(&result->out, "count", count);
    write_files(result, "files", &effect, write_file);
    write_ids(result, "missing_subplans", &effect.missing_subplans);
    write_left(result, &effect);
    write_ids(result, "removed", &effect.removed);
    append_effect(&result->text, &effect);
    if (count)
        buffer_append_format(&result->text, "To do it: %s with the token%s.\n",
                             mcp_change_is_decision(change) ? "decision_apply" : "batch_apply",
                             change->text ? " and the same text" : "");
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
    mcp_result_write_number(result, "batch", effect.batch);
    write_files(result, "created", &effect, write_created);
    write_ids(result, "removed", &effect.removed);
    write_left(result, &effect);
    append_effect(&result->text, &effect);
}

/* Is it still what was previewed, and held by no other? An undo has no token that its own request could check. */
static bool check_again(struct mcp_call *call, const struct mcp_change *change) {
    AUTO(answer) preview = {0};
    AUTO(buffer) token = {0};
    if (!ask_preview(call, change, &preview))
        return false;
    if (!mcp_change_is_undo(change))
        return true;
    append_undo_token(&token, &preview);
    return strcmp(token.data, change->expected) == 0 ||
           error_set(&call->result.error, ERROR_STALE, "files of batch %" PRIu64 " have changed since the preview",
                     change->batch);
}

/* A change that is stale may be so because the same request has made it before. */
static void finish_stale(struct mcp_call *call, const struct mcp_change *change, struct request *request) {
    AUTO(answer) found = {0};
    AUTO(error) ignored = {0};
    struct session *session = &call->access->session;
    struct error *error = &call->result.error;
    request->lock_timeout_ms = session->settings.config.lock_timeout_ms;
    if (request->request_id && request->expect &&
        reconcile_find(&session->workspace, request, &found, &ignored) == RECONCILE_DONE) {
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
    if (check_again(call, change)) {
        session_view(&call->access->session, &request, &answer);
        if (answer.code == ERROR_CONFLICT && mcp_call_must_wait(call)) /* another process held the lock */
            return false;
        write_outcome(call, change, &answer);
    }
    if (call->result.error.code == ERROR_STALE)
        finish_stale(call, change, &request);
    return true;
}

static bool check_tool(const struct mcp_change *change, bool is_decision, struct error *error) {
    if (mcp_change_is_decision(change) == is_decision)
        return true;
    error_set(error, ERROR_USAGE, "this token is of %s", mcp_change_name(change));
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
