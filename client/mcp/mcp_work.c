#include "mcp/mcp_work.h"

#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "claims/claim.h"
#include "config/config.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_json.h"
#include "mcp/mcp_prompts.h"
#include "mcp/mcp_result.h"
#include "session/session.h"

enum {
    BRIEF_BYTES_MOST = 16384,
    KEEP_PARTS = 4, /* of the time that a claim holds */
    KEEP_IN_TEAM_S_MOST = 30,
    RETRY_MS = 25
};

/* --- asking --- */

struct host {
    char name[HOST_NAME_MAX + 1];
};

static const char *host_name(struct host *host) {
    if (gethostname(host->name, sizeof host->name - 1) || !host->name[0])
        strcpy(host->name, "localhost");
    return host->name;
}

/* Nothing was decided: another process held a lock, or changed the files at each attempt. */
static bool is_busy(struct mcp_call *call, const struct answer *answer, const cJSON *data) {
    const char *reason = json_get_string(data, "reason"); /* held, finished, ... */
    bool is_in_time = clock_now_ms() - call->begun_ms < MCP_LOCK_MS;
    if (reason && strcmp(reason, "changed") == 0 && is_in_time)
        return !mcp_call_wait(call, RETRY_MS);
    return answer->code == ERROR_CONFLICT && !reason && mcp_call_must_wait(call);
}

/* Asks. False if the call is to be run again; true with an outcome, and the data if all went well. */
static bool ask(struct mcp_call *call, const struct request *asked, struct answer *answer, struct json *json) {
    struct host host = {0};
    struct request request = *asked;
    request.as = call->access->name;
    request.host = host_name(&host);
    session_request(&call->access->session, &request, answer);
    bool is_read = json_read_ours(json, buffer_span(&answer->data));
    if (is_busy(call, answer, is_read ? json->root : NULL))
        return false;
    mcp_result_take(&call->result, answer);
    return true;
}

/* --- the claim --- */

/* Seconds of an RFC 3339 time; only differences mean something. */
static int64_t seconds_of(const char *time) {
    struct tm parts = {0};
    const char *end = time ? strptime(time, "%Y-%m-%dT%H:%M:%S", &parts) : NULL;
    return end ? (int64_t)timegm(&parts) : 0;
}

/*
 * How often it is to be kept: a quarter of the time from now to its end, as it has just been renewed. In a team no
 * longer than it takes a server that begins a new epoch to give the claims of those who are silent to others.
 */
static uint64_t keep_every_s(const struct mcp_call *call, const cJSON *claim) {
    int64_t left_s = seconds_of(json_get_string(claim, "until")) - (int64_t)time(NULL);
    uint64_t every_s = left_s > KEEP_PARTS ? (uint64_t)(left_s + KEEP_PARTS / 2) / KEEP_PARTS : 1;
    return call->access->session.team && every_s > KEEP_IN_TEAM_S_MOST ? KEEP_IN_TEAM_S_MOST : every_s;
}

/* @data: of the answer of a method of claims; @handle: its own, or the one that was given. */
static void write_claim(struct mcp_call *call, const cJSON *data, const char *handle) {
    struct json_writer *out = &call->result.out;
    const cJSON *claim = json_get(data, "claim");
    json_writer_key_object(out, "claim");
    json_writer_key_string(out, "handle", handle);
    json_writer_key_string(out, "plan", mcp_json_string(data, "path"));
    json_writer_key_string(out, "id", mcp_json_string(data, "id"));
    json_writer_key_string(out, "for", mcp_json_string(claim, "for"));
    json_writer_key_unsigned(out, "fence", json_get_unsigned(claim, "fence"));
    json_writer_key_string(out, "until", mcp_json_string(claim, "until"));
    json_writer_key_unsigned(out, "keep_every_s", keep_every_s(call, claim));
    json_writer_close_object(out);
}

/* --- the brief --- */

static void append_command(struct buffer *brief, const char *words, const char *plan, const char *id,
                           const char *more) {
    buffer_append_format(
        brief,
        "%s: batch_preview {\"action\":\"create\",\"plan\":\"%s\",\"ids\":[\"%s\"]%s}, then batch_apply "
        "with its token.\n\n",
        words, plan, id, more);
}

/* The prompt, or in its place what shows why there is none. */
static void append_prompt(struct mcp_call *call, struct buffer *brief, const char *kind, const char *plan,
                          const char *id) {
    AUTO(error) error = {0};
    if (!mcp_prompts_append(brief, call->access, kind, plan, id, &error) && !brief->length)
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
static void append_brief(struct mcp_call *call, struct buffer *brief, const char *purpose, const char *plan,
                         const char *id, bool has_file) {
    if (strcmp(purpose, "review") == 0) {
        append_prompt(call, brief, "review", plan, id);
        buffer_append_string(brief, "\nHere: batch_preview with action approve or reject, then decision_apply with its "
                                    "token; then work_end.\n");
        return;
    }
    bool is_design = strcmp(purpose, "design") == 0;
    if (!has_file && is_design)
        append_command(brief, "There is no SUBPLAN yet. Create it first", plan, id, ",\"kind\":\"subplan\"");
    if (!has_file && !is_design)
        append_command(brief, "There is no EXECUTION_TASK for this yet. Create it first", plan, id, "");
    if (has_file)
        append_prompt(call, brief, is_design ? "fill" : "execute", plan, id);
    else
        buffer_append_format(brief, "Then achievement_show with include %s, and do what it says.\n",
                             is_design ? "subplan" : "execution");
    buffer_append_string(brief, words_of_end(call, is_design));
}

static void write_brief(struct mcp_call *call, const cJSON *data) {
    AUTO(buffer) brief = {0};
    const char *purpose = mcp_json_string(json_get(data, "claim"), "for"), *file = json_get_string(data, "file");
    append_brief(call, &brief, purpose, mcp_json_string(data, "path"), mcp_json_string(data, "id"), file);
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
    AUTO(json) json = {0};
    if (!mcp_access_permit(call->access, CONFIG_MCP_CLAIM, NULL, &call->result.error))
        return true;
    mcp_access_rename(call->access, mcp_call_text(call, "as"));
    struct request request = {.method = "claim",
                              .plan = mcp_call_text(call, "plan"),
                              .id = mcp_call_text(call, "id"),
                              .claim_kinds = kinds_of(call),
                              .ttl_ms = mcp_call_number(call, "ttl_s") * 1000,
                              .request_id = mcp_call_text(call, "request")};
    if (!ask(call, &request, &answer, &json))
        return false;
    if (call->result.error.code)
        return true;
    const cJSON *claim = json_get(json.root, "claim");
    const char *handle = mcp_json_string(json.root, "handle");
    buffer_append_format(&call->result.text, "You have %s (%s) for %s until %s.\nhandle: %s\nwork_keep every %llu s.\n",
                         mcp_json_string(json.root, "id"), mcp_json_string(json.root, "path"),
                         mcp_json_string(claim, "for"), mcp_json_string(claim, "until"), handle,
                         (unsigned long long)keep_every_s(call, claim));
    write_claim(call, json.root, handle);
    write_brief(call, json.root);
    return true;
}

bool mcp_work_keep(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    AUTO(json) json = {0};
    const char *handle = mcp_call_text(call, "handle");
    struct request request = {
        .method = "heartbeat", .handles = &handle, .handle_count = 1, .message = mcp_call_text(call, "note")};
    if (!mcp_access_permit(call->access, CONFIG_MCP_CLAIM, NULL, &call->result.error))
        return true;
    if (!ask(call, &request, &answer, &json))
        return false;
    if (call->result.error.code)
        return true;
    const cJSON *renewed = mcp_json_first(json.root, "claims");
    write_claim(call, renewed, handle);
    buffer_append_format(&call->result.text, "%s is yours until %s.\n", mcp_json_string(renewed, "id"),
                         mcp_json_string(json_get(renewed, "claim"), "until"));
    return true;
}

static void write_end(struct mcp_call *call, const cJSON *data, const char *handle) {
    struct json_writer *out = &call->result.out;
    const char *submitted = json_get_string(data, "submitted");
    write_claim(call, data, handle);
    if (cJSON_IsNumber(json_get(data, "batch")))
        json_writer_key_unsigned(out, "batch", json_get_unsigned(data, "batch"));
    else
        json_writer_key_null(out, "batch");
    json_writer_key_array(out, "created");
    if (submitted) {
        json_writer_open_object(out);
        json_writer_key_string(out, "id", json_get_string(data, "id"));
        json_writer_key_string(out, "path", submitted);
        json_writer_close_object(out);
    }
    json_writer_close_array(out);
    buffer_append_format(&call->result.text, "Your claim on %s has ended.%s%s\n", mcp_json_string(data, "id"),
                         submitted ? " It waits for a review: " : "", submitted ? submitted : "");
}

/* Work that is done is submitted, which a person may not have allowed. */
static bool may_end(struct mcp_call *call, bool is_done) {
    struct error *error = &call->result.error;
    return mcp_access_permit(call->access, CONFIG_MCP_CLAIM, NULL, error) &&
           (!is_done || mcp_access_permit(call->access, CONFIG_MCP_SUBMIT, NULL, error));
}

bool mcp_work_end(struct mcp_call *call) {
    AUTO(answer) answer = {0};
    AUTO(json) json = {0};
    const char *handle = mcp_call_text(call, "handle");
    bool is_done = strcmp(mcp_call_text(call, "result"), "done") == 0;
    struct request request = {.method = "release",
                              .handles = &handle,
                              .handle_count = 1,
                              .is_done = is_done,
                              .submits = is_done,
                              .message = mcp_call_text(call, "text")};
    if (!may_end(call, is_done))
        return true;
    if (mcp_call_must_wait(call) || !ask(call, &request, &answer, &json))
        return false;
    if (!call->result.error.code)
        write_end(call, json.root, handle);
    return true;
}
