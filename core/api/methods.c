#include "api/methods.h"

#include <inttypes.h>
#include <string.h>

#include "api/claim_end.h"
#include "api/claim_list.h"
#include "api/claim_take.h"
#include "api/context.h"
#include "api/graph_method.h"
#include "api/history.h"
#include "api/import_method.h"
#include "api/init.h"
#include "api/prompt.h"
#include "api/read_methods.h"
#include "api/undo_method.h"
#include "api/what_if.h"
#include "api/write_methods.h"
#include "api/write_review.h"
#include "base/auto.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "render/style.h"

enum method_kind {
    METHOD_KEPT,  /* answered from snapshots of the plans, where they are kept */
    METHOD_READ,  /* reads more than those */
    METHOD_WRITE, /* changes files, unless it is a dry run */
    METHOD_CLAIM, /* changes who works on what */
};

static const struct method {
    const char *name;
    void (*handle)(struct context *context);
    enum method_kind kind;
    bool is_local; /* needs what only the process has that asks: a file of the user's, what it has seen itself */
} methods[] = {
    {"status", read_methods_status, METHOD_KEPT, false},   {"next", read_methods_next, METHOD_KEPT, false},
    {"show", read_methods_show, METHOD_KEPT, false},       {"why", read_methods_why, METHOD_KEPT, false},
    {"create", write_methods_create, METHOD_WRITE, false}, {"retry", write_methods_retry, METHOD_WRITE, false},
    {"undo", undo_method_run, METHOD_WRITE, false},        {"history", history_list, METHOD_READ, false},
    {"batch", history_show, METHOD_READ, false},           {"validate", read_methods_validate, METHOD_READ, false},
    {"graph", graph_method_answer, METHOD_KEPT, false},    {"what-if", what_if_answer, METHOD_KEPT, false},
    {"prompt", prompt_handle, METHOD_READ, false},         {"init", init_plan, METHOD_WRITE, false},
    {"import", import_method_run, METHOD_WRITE, true},     {"doctor", read_methods_doctor, METHOD_READ, true},
    {"submit", review_handle, METHOD_WRITE, false},        {"approve", review_handle, METHOD_WRITE, false},
    {"reject", review_handle, METHOD_WRITE, false},        {"skip", review_handle, METHOD_WRITE, false},
    {"reopen", review_handle, METHOD_WRITE, false},        {"adopt", review_handle, METHOD_WRITE, false},
    {"claim", claim_take_handle, METHOD_CLAIM, true},      {"heartbeat", claim_end_heartbeat, METHOD_CLAIM, true},
    {"release", claim_end_release, METHOD_CLAIM, true},    {"claims", claim_list_handle, METHOD_READ, true},
};

static const struct method *find_method(const char *name) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(methods[i].name, name) == 0)
            return &methods[i];
    return NULL;
}

static void answer_once(const struct workspace *workspace, const struct files *files, const struct method *method,
                        const struct request *request, struct answer *answer) {
    *answer = (struct answer){.kind = request->method};
    struct context context = {workspace, files, request, answer, {.buffer = &answer->data}};
    method->handle(&context);
}

static void warn_of_pending(const struct pending *pending, struct answer *answer) {
    AUTO(arena) arena = {0};
    for (size_t i = 0; i < pending->batch_count; i++)
        diagnostics_add(
            &answer->diagnostics,
            &(struct diagnostic){
                .severity = SEVERITY_WARNING,
                .code = "journal.pending",
                .message = arena_format(&arena,
                                        "batch %" PRIu64 " is not finished; this answer is as if it had not "
                                        "begun",
                                        pending->numbers[i]),
                .hint = "if it was interrupted, the next create or undo rolls it back",
            });
}

/*
 * A batch that begins or commits while a plan is being read could be seen in part: then it is read again. A
 * writing method holds the lock and runs once.
 */
static void answer_consistently(struct workspace *workspace, const struct method *method, const struct request *request,
                                struct answer *answer) {
    enum { ATTEMPTS_MOST = 5 };
    bool is_once = request_is_write(request) || method->kind == METHOD_CLAIM;
    for (int attempt = 1;; attempt++) {
        struct pending before, after;
        pending_read(&before, &workspace->files);
        struct files view = pending_view(&before, &workspace->files);
        if (before.count || attempt > 1)
            workspace_search(workspace, &view); /* what is pending may be a plan */
        answer_once(workspace, &view, method, request, answer);
        if (is_once) {
            pending_release(&before);
            return;
        }
        pending_read(&after, &workspace->files);
        bool is_settled = attempt == ATTEMPTS_MOST || pending_equals(&before, &after);
        if (is_settled)
            warn_of_pending(&after, answer);
        pending_release(&before);
        pending_release(&after);
        if (is_settled)
            return;
        answer_release(answer);
    }
}

bool request_is_known(const char *method) {
    return find_method(method);
}

bool request_is_local(const char *method) {
    const struct method *known = find_method(method);
    return known && known->is_local;
}

bool request_is_kept(const struct request *request) {
    const struct method *method = find_method(request->method);
    return method && method->kind == METHOD_KEPT && request->style.form != FORM_HTML; /* which has the history */
}

bool request_is_write(const struct request *request) {
    const struct method *method = find_method(request->method);
    return method && method->kind == METHOD_WRITE && !request->is_dry_run;
}

void request_handle(struct workspace *workspace, const struct request *request, struct answer *answer) {
    const struct method *method = find_method(request->method);
    if (method) {
        answer_consistently(workspace, method, request, answer);
        return;
    }
    struct error error = {0};
    *answer = (struct answer){.kind = request->method};
    error_set(&error, ERROR_USAGE, "there is no method %s", request->method);
    answer_fail(answer, &error);
}

bool request_handle_kept(const struct workspace *workspace, const struct files *view, const struct pending *pending,
                         const struct request *request, struct answer *answer) {
    if (!request_is_kept(request))
        return false;
    answer_once(workspace, view, find_method(request->method), request, answer);
    warn_of_pending(pending, answer);
    return true;
}
