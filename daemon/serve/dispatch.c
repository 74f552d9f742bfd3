#include "serve/dispatch.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "api/methods.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/memory.h"
#include "base/version.h"
#include "claims/claim_board.h"
#include "config/config.h"
#include "disk/files.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "net/listener.h"
#include "os/log.h"
#include "plan/workspace.h"
#include "render/style.h"
#include "watch/held_plans.h"
#include "watch/plan_audit.h"
#include "watch/plan_cache.h"
#include "watch/plan_reading.h"
#include "wire/reply_wire.h"
#include "wire/request_wire.h"

enum { AUTOMATIC_LOCK_TIMEOUT_MS = 60000 };

/* --- replies --- */

static const char is_about_to_stop[] = "the daemon is about to stop";
static const char is_crowded[] = "too many requests are waiting";
static const char is_unread[] = "too many answers are waiting to be read";
static const char has_no_form[] = "this method has no such \"form\"";

static bool has_too_much_unsent(const struct dispatch *dispatch) {
    return dispatch->listener->owner.unsent > LISTENER_UNSENT_BYTES_MOST;
}

/* To a notification nothing is replied, whatever becomes of it. */
static void write_fault(struct buffer *reply, struct span id, enum rpc_code code, const char *reason) {
    struct rpc_fault fault = {.code = code};
    snprintf(fault.reason, sizeof fault.reason, "%s", reason);
    if (id.length)
        rpc_write_fault(reply, id, &fault);
}

static void reply_fault(struct connection *connection, struct span id, enum rpc_code code, const char *reason) {
    struct buffer reply = {0};
    write_fault(&reply, id, code, reason);
    connection_reply(connection, &reply);
}

static void reply_result(struct connection *connection, struct span id, struct span result) {
    struct buffer reply = {0};
    if (id.length)
        rpc_write_result(&reply, id, result);
    connection_reply(connection, &reply);
}

/* Which state of the workspace an answer is about. */
static void write_meta(const struct dispatch *dispatch, struct buffer *meta) {
    answer_write_meta(meta, dispatch->live->cache.workspace.root, dispatch->live->cache.generation,
                      dispatch->live->watcher.is_degraded ? "degraded" : "ok");
}

static void write_answer(struct buffer *message, struct span id, const struct answer *answer) {
    struct buffer text = {0};
    answer_write(&text, answer, NULL);
    rpc_write_result(message, id, buffer_span(&text));
    buffer_release(&text);
}

/* What the request gets: the answer, which has its meta, or the reply of that. Nothing for a notification. */
static void write_result(struct buffer *message, const struct rpc_message *asked, const struct answer *answer) {
    const struct request *request = &asked->request;
    struct reply reply = {0};
    if (!asked->id.length)
        return;
    if (!request->style.form) {
        write_answer(message, asked->id, answer);
        return;
    }
    reply_write(&reply, answer, &request->style);
    if (!reply_fits(&reply) && !request_is_write(request)) /* a client does a rejected request itself: no write again */
        write_fault(message, asked->id, RPC_OTHER_FORM, "this reply is too large; ask without \"form\"");
    else
        reply_wire_write(message, asked->id, &reply, buffer_span(&answer->meta));
    reply_release(&reply);
}

/* --- plans that are read on the thread pool --- */

struct reading_job {
    uv_work_t work;
    struct dispatch *dispatch;
    struct plan_reading *reading;
};

static void answer_line(void *data, struct connection *connection, struct span line);

static void end_job(struct dispatch *dispatch) {
    dispatch->job_count--;
    waiting_lines_take(&dispatch->waiting, answer_line, dispatch);
    dispatch->job_ended(dispatch->data);
}

static void read_plan(uv_work_t *work) {
    struct reading_job *job = work->data;
    plan_reading_run(job->reading);
}

static void finish_reading(uv_work_t *work, int status) {
    struct reading_job *job = work->data;
    struct dispatch *dispatch = job->dispatch;
    (void)status; /* jobs are never cancelled */
    if (job->reading->is_audit)
        plan_audit_end(&dispatch->live->cache, job->reading);
    else
        plan_cache_end_reading(&dispatch->live->cache, job->reading);
    memory_free(job);
    end_job(dispatch);
}

static void read_elsewhere(void *data, struct plan_reading *reading) {
    struct dispatch *dispatch = data;
    struct reading_job *job = memory_allocate(1, sizeof *job);
    *job = (struct reading_job){.work.data = job, .dispatch = dispatch, .reading = reading};
    dispatch->job_count++;
    uv_queue_work(dispatch->loop, &job->work, read_plan, finish_reading);
}

void dispatch_start(struct dispatch *dispatch) {
    dispatch->live->cache.read_elsewhere = read_elsewhere;
    dispatch->live->cache.read_elsewhere_data = dispatch;
}

/* --- jobs on the thread pool --- */

struct job {
    uv_work_t work;
    struct dispatch *dispatch;
    struct connection *connection; /* held; NULL if no client waits */
    struct buffer line;            /* the message borrows from it */
    struct rpc_message message;
    const char *root; /* borrowed from the tracker, which outlives all jobs */
    struct claim_setting claims;
    char *plan_path; /* of an automatic creation, else NULL */
    uint32_t level;
    bool is_settled;
    struct held_plans held; /* what is answered from snapshots */
    bool is_held;
    uint64_t generation; /* that the answer is about */
    struct buffer meta;
    struct answer answer; /* of an automatic creation */
    struct buffer result; /* of a client */
    bool has_given_up;    /* before anything was written */
};

/* A batch that has the lock is finished; one that has not is not begun any more. */
static int give_up_when_stopping(void *data, enum files_operation operation, const char *path) {
    struct job *job = data;
    (void)path;
    if (operation != FILES_LOCK || !atomic_load(&job->dispatch->is_stopping))
        return 0;
    job->has_given_up = true;
    return ECANCELED;
}

static void log_owed(const char *plan_path, uint32_t level, const char *ids) {
    log_say(LOG_LEVEL_INFO, "auto_create: level %u of %s is owed the EXECUTION_TASKs of %s", level, plan_path, ids);
}

static void handle_request(struct job *job, struct workspace *workspace) {
    struct request *request = &job->message.request;
    struct claim_board claims;
    claim_board_init(&claims, workspace, &job->claims);
    request->claims = &claims;
    if (job->plan_path)
        job->is_settled = auto_create_level(workspace, job->plan_path, job->level, &claims, AUTOMATIC_LOCK_TIMEOUT_MS,
                                            log_owed, &job->answer);
    else if (job->is_held)
        held_plans_answer(&job->held, request, &job->answer);
    else
        request_handle(workspace, request, &job->answer);
    request->claims = NULL;
    claim_board_close(&claims);
}

static void make_answer(struct job *job) {
    struct workspace workspace;
    struct error error = {0};
    if (!workspace_open(&workspace, job->root, &error)) {
        job->answer = (struct answer){.kind = job->plan_path ? "create" : job->message.method};
        answer_fail(&job->answer, &error);
        return;
    }
    workspace.files.hook = give_up_when_stopping;
    workspace.files.hook_data = job;
    handle_request(job, &workspace);
    workspace_release(&workspace);
}

/* On another thread: touches nothing but the job, and what it holds. */
static void do_job(uv_work_t *work) {
    struct job *job = work->data;
    if (job->is_held)
        handle_request(job, &job->held.workspace);
    else
        make_answer(job);
    if (job->plan_path)
        return;
    job->answer.meta = job->meta;
    job->meta = (struct buffer){0};
    write_result(&job->result, &job->message, &job->answer);
    answer_release(&job->answer);
}

static bool is_writer(const struct job *job) {
    return job->plan_path || request_is_write(&job->message.request);
}

static void reply_to_job(struct job *job) {
    struct dispatch *dispatch = job->dispatch;
    struct buffer fault = {0};
    if (job->has_given_up)
        write_fault(&fault, job->message.id, RPC_BUSY, is_about_to_stop);
    else if (has_too_much_unsent(dispatch) && !request_is_write(&job->message.request))
        write_fault(&fault, job->message.id, RPC_BUSY, is_unread);
    else if (job->is_held && job->generation == live_workspace_generation(dispatch->live))
        reply_cache_note(&dispatch->replies, job->generation, buffer_span(&job->line), buffer_span(&job->result));
    connection_reply(job->connection, fault.length ? &fault : &job->result);
}

static void free_job(struct job *job) {
    if (job->connection)
        connection_release(job->connection);
    buffer_release(&job->meta);
    answer_release(&job->answer);
    buffer_release(&job->result);
    rpc_message_release(&job->message);
    buffer_release(&job->line);
    memory_free(job->plan_path);
    memory_free(job);
}

static void finish_job(uv_work_t *work, int status) {
    struct job *job = work->data;
    struct dispatch *dispatch = job->dispatch;
    (void)status; /* jobs are never cancelled */
    dispatch->writer_count -= is_writer(job);
    dispatch->held_count -= job->is_held;
    dispatch->job_bytes -= job->line.length;
    if (job->plan_path)
        dispatch->settled(dispatch->data, job->plan_path, job->level, job->is_settled, &job->answer);
    if (job->is_held)
        held_plans_return(&job->held, &dispatch->live->cache);
    if (job->connection && !job->connection->is_closing)
        reply_to_job(job);
    free_job(job);
    end_job(dispatch);
}

static void queue_job(struct dispatch *dispatch, struct job *job) {
    job->work.data = job;
    job->dispatch = dispatch;
    job->root = dispatch->live->cache.workspace.root;
    job->claims = dispatch->live->claims.board.setting;
    job->generation = live_workspace_generation(dispatch->live);
    write_meta(dispatch, &job->meta);
    dispatch->job_count++;
    dispatch->writer_count += is_writer(job);
    dispatch->held_count += job->is_held;
    dispatch->job_bytes += job->line.length;
    dispatch->jobs++;
    uv_queue_work(dispatch->loop, &job->work, do_job, finish_job);
}

/* @is_held: it is answered from snapshots. */
static void start_job(struct dispatch *dispatch, struct connection *connection, struct span line, bool is_held) {
    struct job *job = memory_allocate(1, sizeof *job);
    struct rpc_fault fault;
    buffer_append_span(&job->line, line);
    /* read once already; now from a copy that lasts */
    rpc_read_message(&job->message, buffer_span(&job->line), &fault);
    rpc_read_parameters(&job->message, &fault);
    job->connection = connection;
    connection_hold(connection);
    job->is_held = is_held;
    if (is_held)
        held_plans_take(&job->held, &dispatch->live->cache, &job->message.request);
    queue_job(dispatch, job);
}

void dispatch_create_level(struct dispatch *dispatch, const char *plan_path, uint32_t level) {
    if (dispatch->is_stopping)
        return;
    struct job *job = memory_allocate(1, sizeof *job);
    job->plan_path = memory_copy(plan_path);
    job->level = level;
    queue_job(dispatch, job);
}

static void answer_own(struct dispatch *dispatch, struct connection *connection, const struct rpc_message *message,
                       dispatch_method *handle) {
    struct buffer result = {0};
    struct rpc_fault fault = {0};
    struct json_writer writer = {.buffer = &result};
    if (handle(dispatch, connection, message, &writer, &fault))
        reply_result(connection, message->id, buffer_span(&result));
    else
        reply_fault(connection, message->id, fault.code, fault.reason);
    buffer_release(&result);
}

/* --- lines --- */

static bool set_fault(struct rpc_fault *fault, enum rpc_code code, const char *reason) {
    fault->code = code;
    snprintf(fault->reason, sizeof fault->reason, "%s", reason);
    return false;
}

static bool is_for_us(const struct dispatch *dispatch, const struct rpc_message *message, struct rpc_fault *fault) {
    if (message->protocol && message->protocol != RPC_PROTOCOL) {
        fault->code = RPC_OTHER_PROTOCOL;
        snprintf(fault->reason, sizeof fault->reason, "this is batchd %s, which speaks protocol %d, not %llu",
                 program_version, RPC_PROTOCOL, (unsigned long long)message->protocol);
        return false;
    }
    if (message->root && strcmp(message->root, dispatch->root.text) != 0)
        return set_fault(fault, RPC_OTHER_ROOT, "this daemon serves another root");
    if (message->version && strcmp(message->version, program_version) != 0) {
        fault->code = RPC_OTHER_PROTOCOL;
        snprintf(fault->reason, sizeof fault->reason, "it is batchd %s, and answers no other version", program_version);
        return false;
    }
    if (dispatch->is_stopping)
        return set_fault(fault, RPC_BUSY, is_about_to_stop);
    return true;
}

static bool is_over_limit(const struct dispatch *dispatch, struct span line) {
    bool is_idle = dispatch->job_count == 0 && dispatch->waiting.bytes == 0;
    return !is_idle && dispatch->job_bytes + dispatch->waiting.bytes + line.length > DISPATCH_JOB_BYTES_MOST;
}

static void run_job(struct dispatch *dispatch, struct connection *connection, struct span line,
                    const struct rpc_message *message, bool is_held) {
    if (is_over_limit(dispatch, line))
        reply_fault(connection, message->id, RPC_BUSY, is_crowded);
    else if (request_is_write(&message->request) && dispatch->writer_count >= DISPATCH_WRITERS_MOST)
        reply_fault(connection, message->id, RPC_BUSY, "too many batches are waiting for the lock");
    else
        start_job(dispatch, connection, line, is_held);
}

/* Does the answer take so long that others would notice? About one achievement it does not. */
static bool is_large(const struct plan_cache *cache, const struct request *request) {
    size_t achievements = 0, first, count = request->id ? 0 : plan_cache_find_wanted(cache, request, &first);
    for (size_t i = 0; i < count; i++)
        achievements += cache->entries[first + i]->plan.standing_count;
    return achievements > DISPATCH_LOOP_ACHIEVEMENTS_MOST;
}

static void answer_at_once(struct dispatch *dispatch, struct connection *connection, struct span line,
                           const struct rpc_message *message) {
    struct request request = message->request;
    struct answer answer = {0};
    struct buffer result = {0};
    request.claims = &dispatch->live->claims.board;
    plan_cache_answer(&dispatch->live->cache, &request, &answer);
    write_meta(dispatch, &answer.meta);
    write_result(&result, message, &answer);
    if (result.length)
        reply_cache_note(&dispatch->replies, live_workspace_generation(dispatch->live), line, buffer_span(&result));
    answer_release(&answer);
    connection_reply(connection, &result);
}

/* About plans that are late the answer would be too old; and of large ones not many are made at a time. */
static void answer_later(struct dispatch *dispatch, struct connection *connection, struct span line, struct span id) {
    if (is_over_limit(dispatch, line))
        reply_fault(connection, id, RPC_BUSY, is_crowded);
    else
        waiting_lines_add(&dispatch->waiting, connection, line);
}

/* One of core's methods. */
static void answer_request(struct dispatch *dispatch, struct connection *connection, struct span line,
                           const struct rpc_message *message) {
    const struct plan_cache *cache = &dispatch->live->cache;
    bool is_kept = request_is_kept(&message->request), takes_long = is_kept && is_large(cache, &message->request);
    if (!is_kept)
        run_job(dispatch, connection, line, message, false);
    else if (plan_cache_is_late(cache, &message->request) || (takes_long && dispatch->held_count >= DISPATCH_HELD_MOST))
        answer_later(dispatch, connection, line, message->id);
    else if (takes_long)
        run_job(dispatch, connection, line, message, cache->pending.batch_count == 0);
    else
        answer_at_once(dispatch, connection, line, message);
}

static void answer_message(struct dispatch *dispatch, struct connection *connection, struct span line,
                           struct rpc_message *message) {
    struct rpc_fault fault = {0};
    dispatch_method *own = dispatch->find_method(message->method);
    if (!is_for_us(dispatch, message, &fault))
        reply_fault(connection, message->id, fault.code, fault.reason);
    else if (own && json_get(message->params, "form"))
        reply_fault(connection, message->id, RPC_OTHER_FORM, has_no_form);
    else if (own)
        answer_own(dispatch, connection, message, own);
    else if (!request_is_known(message->method) || request_is_local(message->method))
        reply_fault(connection, message->id, RPC_METHOD_NOT_FOUND, "there is no such method");
    else if (!rpc_read_parameters(message, &fault))
        reply_fault(connection, message->id, fault.code, fault.reason);
    else if (message->request.style.form && !reply_has_form(message->method, message->request.style.form))
        reply_fault(connection, message->id, RPC_OTHER_FORM, has_no_form);
    else if (message->request.git && !claim_board_sees(&dispatch->live->claims.board, message->request.git))
        reply_fault(connection, message->id, RPC_CLAIMS_UNSEEN,
                    "claims.unseen: it does not see the claims of this repository");
    else if (has_too_much_unsent(dispatch)) /* our own methods' answers are small, and are how one finds out */
        reply_fault(connection, message->id, RPC_BUSY, is_unread);
    else
        answer_request(dispatch, connection, line, message);
}

/* While a batch is pending its answer is separate, and the next one may differ. */
static struct span find_noted(struct dispatch *dispatch, struct span line) {
    const struct plan_cache *cache = &dispatch->live->cache;
    bool may_use = !dispatch->is_stopping && !plan_cache_is_dirty(cache) && cache->pending.batch_count == 0 &&
                   cache->late_count == 0 && !has_too_much_unsent(dispatch);
    return may_use ? reply_cache_find(&dispatch->replies, live_workspace_generation(dispatch->live), line)
                   : (struct span){0};
}

static void answer_line(void *data, struct connection *connection, struct span line) {
    struct dispatch *dispatch = data;
    struct rpc_message message;
    struct rpc_fault fault;
    live_workspace_refresh(dispatch->live);
    struct span noted = find_noted(dispatch, line);
    if (noted.length) {
        struct buffer reply = {0};
        buffer_append_span(&reply, noted);
        connection_reply(connection, &reply);
        return;
    }
    if (rpc_read_message(&message, line, &fault)) {
        answer_message(dispatch, connection, line, &message);
    } else {
        struct buffer reply = {0};
        rpc_write_fault(&reply, message.id, &fault);
        if (fault.code == RPC_PARSE_ERROR)
            connection_reply_last(connection, &reply); /* where the next line begins is unknown */
        else
            connection_reply(connection, &reply);
    }
    rpc_message_release(&message);
}

void dispatch_line(struct dispatch *dispatch, struct connection *connection, struct span line) {
    dispatch->requests++;
    answer_line(dispatch, connection, line);
}

void dispatch_release(struct dispatch *dispatch) {
    reply_cache_release(&dispatch->replies);
}
