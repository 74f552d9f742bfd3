#include <string.h>
#include <time.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "claims/claim.h"
#include "config/config.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_call.h"
#include "mcp/mcp_prompts.h"
#include "mcp/mcp_result.h"
#include "mcp/mcp_tools.h"
#include "session/session.h"
#include "view/claim_view.h"

enum { BRIEF_BYTES_MOST = 16384, RETRY_MS = 25 };

/* --- asking --- */

/* Nothing was decided: another process held a lock, or changed the files at each attempt. */
static bool is_busy(struct mcp_call *call, const struct answer *answer, const char *reason) {
    bool is_in_time = clock_now_ms() - call->begun_ms < MCP_LOCK_MS;
    if (reason && strcmp(reason, "changed") == 0 && is_in_time)
        return !mcp_call_wait(call, RETRY_MS);
    return answer->code == ERROR_CONFLICT && !reason && mcp_call_must_wait(call);
}

/* Asks. False if the call is to be run again; true with an outcome, and @view is the claim, or NULL after a failure. */
static bool ask(struct mcp_call *call, struct request request, struct answer *answer, const struct claim_view **view) {
    request.as = call->access->name;
    session_view(&call->access->session, &request, answer);
    const struct claim_renewals *renewals = answer->view;
    bool is_renewal = strcmp(request.method, "heartbeat") == 0;
    *view = answer->view && is_renewal ? renewals->count ? renewals->claims : NULL : answer->view;
    if (is_busy(call, answer, *view && !is_renewal ? (*view)->reason : NULL))
        return false;
    if (!mcp_result_take(&call->result, answer))
        *view = NULL;
    return true;
}

/* --- the claim --- */

/* Seconds of an RFC 3339 time; only differences mean something. */
static int64_t seconds_of(const char *time) {
    struct tm parts = {0};
    const char *end = time ? strptime(time, "%Y-%m-%dT%H:%M:%S", &parts) : NULL;
    return end ? (int64_t)timegm(&parts) : 0;
}

/* How often it is to be kept, as it has just been renewed: the time from now to its end is all of it. */
static uint64_t keep_every_s(const struct mcp_call *call, const char *until) {
    int64_t left_s = seconds_of(until) - (int64_t)time(NULL);
    uint64_t every_ms = claim_renewal_ms(left_s > 0 ? (uint64_t)left_s * 1000 : 0, call->access->session.team);
    return every_ms > 1500 ? (every_ms + 500) / 1000 : 1;
}

static void write_claim(struct mcp_call *call, const struct claim_view *view, const char *handle) {
    struct json_writer *out = &call->result.out;
    json_writer_key_object(out, "claim");
    json_writer_key_string(out, "handle", handle);
    json_writer_key_string(out, "plan", view->path);
    json_writer_key_string(out, "id", view->id);
    json_writer_key_string(out, "for", claim_kind_name(view->claim->kind));
    json_writer_key_unsigned(out, "fence", view->claim->fence);
    json_writer_key_string(out, "until", view->claim->until);
    json_writer_key_unsigned(out, "keep_every_s", keep_every_s(call, view->claim->until));
    json_writer_close_object(out);
}

/* --- the brief --- */

/* The prompt, or in its place what shows why there is none. */
static void append_prompt(struct mcp_call *call, struct buffer *brief, const char *kind,
                          const struct claim_view *view) {
    AUTO(error) error = {0};
    if (!mcp_prompts_append(brief, call->access, kind, view->path, view->id, &error))
        buffer_append_format(brief, "%s\n", error.message);
}

/* How it ends. In a team what is done is in a commit before it is done. */
static const char *words_of_end(const struct mcp_call *call, bool is_design) {
    if (call->access->session.team)
        return is_design ? "\nHere: when the SUBPLAN is complete and committed, work_end with result done.\n"
                         : "\nHere: submit it by batch_preview with action submit, then batch_apply with its token; "
                           "commit what you made, with SUBMITTED; then work_end with result done.\n";
    return is_design ? "\nHere: when the SUBPLAN is complete, work_end with result done.\n"
                     : "\nHere: do not submit it by batchctl: work_end with result done and a summary as text submits "
                       "it.\n";
}

/* What to do, from the purpose that the achievement is ready for. */
static void append_brief(struct mcp_call *call, struct buffer *brief, const struct claim_view *view) {
    if (view->claim->kind == CLAIM_REVIEW) {
        append_prompt(call, brief, "review", view);
        buffer_append_string(brief, "\nHere: batch_preview with action approve or reject, then decision_apply with its "
                                    "token; then work_end.\n");
        return;
    }
    bool is_design = view->claim->kind == CLAIM_DESIGN;
    if (view->file) {
        append_prompt(call, brief, is_design ? "fill" : "execute", view);
    } else {
        buffer_append_format(
            brief,
            "There is no %s. Create it first: batch_preview {\"action\":\"create\",\"plan\":\"%s\",\"ids\":[\"%s\"]%s}, "
            "then batch_apply with its token.\n\n",
            is_design ? "SUBPLAN yet" : "EXECUTION_TASK for this yet", view->path, view->id,
            is_design ? ",\"kind\":\"subplan\"" : "");
        buffer_append_format(brief, "Then achievement_show with include %s, and do what it says.\n",
                             is_design ? "subplan" : "execution");
    }
    buffer_append_string(brief, words_of_end(call, is_design));
}

static void write_brief(struct mcp_call *call, const struct claim_view *view) {
    AUTO(buffer) brief = {0};
    append_brief(call, &brief, view);
    struct span part = mcp_result_fit(buffer_span(&brief), BRIEF_BYTES_MOST);
    json_writer_key(&call->result.out, "brief");
    json_writer_span(&call->result.out, part);
    buffer_append_byte(&call->result.text, '\n');
    buffer_append_span(&call->result.text, part);
}

/* --- the tools --- */

static unsigned kinds_of(const struct mcp_call *call) {
    enum claim_kind kind;
    const char *name = mcp_call_text(call, "for");
    return name && claim_kind_find(name, &kind) ? 1U << kind : 0;
}

bool mcp_work_take(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    const struct claim_view *view;
    mcp_access_rename(call->access, mcp_call_text(call, "as"));
    const struct request request = {.method = "claim",
                                    .plan = mcp_call_text(call, "plan"),
                                    .id = mcp_call_text(call, "id"),
                                    .claim_kinds = kinds_of(call),
                                    .ttl_ms = mcp_call_number(call, "ttl_s") * 1000,
                                    .request_id = mcp_call_text(call, "request")};
    if (!ask(call, request, &answer, &view))
        return false;
    if (!view)
        return true;
    buffer_append_format(&call->result.text, "You have %s (%s) for %s until %s.\nhandle: %s\nwork_keep every %llu s.\n",
                         view->id, view->path, claim_kind_name(view->claim->kind), view->claim->until, view->handle,
                         (unsigned long long)keep_every_s(call, view->claim->until));
    write_claim(call, view, view->handle);
    write_brief(call, view);
    return true;
}

bool mcp_work_keep(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    const struct claim_view *view;
    const char *handle = mcp_call_text(call, "handle");
    const struct request request = {
        .method = "heartbeat", .handles = &handle, .handle_count = 1, .message = mcp_call_text(call, "note")};
    if (!ask(call, request, &answer, &view))
        return false;
    if (view) {
        write_claim(call, view, handle);
        buffer_append_format(&call->result.text, "%s is yours until %s.\n", view->id, view->claim->until);
    }
    return true;
}

static void write_end(struct mcp_call *call, const struct claim_view *view, const char *handle) {
    struct json_writer *out = &call->result.out;
    write_claim(call, view, handle);
    mcp_result_write_number(&call->result, "batch", view->batch);
    json_writer_key_array(out, "created");
    if (view->submitted) {
        json_writer_open_object(out);
        json_writer_key_string(out, "id", view->id);
        json_writer_key_string(out, "path", view->submitted);
        json_writer_close_object(out);
    }
    json_writer_close_array(out);
    buffer_append_format(&call->result.text, "Your claim on %s has ended.%s%s\n", view->id,
                         view->submitted ? " It waits for a review: " : "", view->submitted ? view->submitted : "");
}

bool mcp_work_end(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    const struct claim_view *view;
    const char *handle = mcp_call_text(call, "handle");
    bool is_done = strcmp(mcp_call_text(call, "result"), "done") == 0;
    const struct request request = {.method = "release",
                                    .handles = &handle,
                                    .handle_count = 1,
                                    .is_done = is_done,
                                    .submits = is_done,
                                    .message = mcp_call_text(call, "text")};
    if (is_done && !mcp_access_permit(call->access, CONFIG_MCP_SUBMIT, NULL, &call->result.error))
        return true; /* work that is done is submitted */
    if (mcp_call_must_wait(call) || !ask(call, request, &answer, &view))
        return false;
    if (view)
        write_end(call, view, handle);
    return true;
}
