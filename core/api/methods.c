#include "api/methods.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "api/context.h"
#include "api/init.h"
#include "api/prompt.h"
#include "api/report.h"
#include "api/transaction.h"
#include "api/what_if.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/pending.h"
#include "doctor/doctor.h"
#include "doctor/findings.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/plan_compare.h"
#include "plan/plan_conflicts.h"

/* --- methods over one or all plans --- */

/* Write what is asked about a plan, and append what is wrong with it. False if that makes the plan invalid. */
typedef bool write_plan(struct context *context, const struct plan *plan);

/* Is the request about one plan, which may be missing? */
static bool is_about_one(const struct context *context) {
    const struct request *request = context->request;
    return request->plan || (request->here && workspace_plan_around(context->workspace, request->here)) ||
           context->workspace->plan_count == 0;
}

/* Every plan is answered; one that is invalid makes the answer so, too. */
static void handle_plan_list(struct context *context, write_plan *write) {
    const struct workspace *workspace = context->workspace;
    struct error error = {0};
    const struct plan_place *places = workspace->plans;
    size_t count = workspace->plan_count;
    if (is_about_one(context)) {
        places = context_choose_plan(context, false, &error);
        count = 1;
        if (!places) {
            context_fail(context, &error);
            return;
        }
    }
    json_writer_open_object(&context->writer);
    json_writer_key_array(&context->writer, "plans");
    for (size_t i = 0; i < count; i++) {
        const struct plan *plan = workspace_take_plan(&places[i], context->files);
        if (!write(context, plan))
            context->answer->code = ERROR_INVALID;
        workspace_return_plan(&places[i], plan);
    }
    json_writer_close_array(&context->writer);
    json_writer_close_object(&context->writer);
    diagnostics_append(&context->answer->diagnostics, &workspace->diagnostics);
}

/* Each difference is for validate. */
static void warn_of_differences(struct context *context, const struct plan *plan) {
    struct diagnostics differences = {0};
    struct arena arena = {0};
    plan_compare_append(&differences, plan, context->files);
    if (differences.count)
        diagnostics_add(
            &context->answer->diagnostics,
            &(struct diagnostic){.severity = SEVERITY_WARNING,
                                 .code = "plan.differs",
                                 .message = arena_format(&arena, "the PLAN and %s differ in %zu place%s",
                                                         names_base(plan->dependency_file), differences.count,
                                                         differences.count == 1 ? "" : "s"),
                                 .file = plan->plan_file,
                                 .hint = arena_format(&arena, "see them: batchctl validate %s", plan->reference)});
    arena_release(&arena);
    diagnostics_release(&differences);
}

static bool write_status(struct context *context, const struct plan *plan) {
    report_status(&context->writer, plan);
    diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    if (is_about_one(context) || context->workspace->plan_count == 1)
        warn_of_differences(context, plan);
    return plan->is_valid;
}

static void handle_status(struct context *context) {
    handle_plan_list(context, write_status);
}

static bool write_next(struct context *context, const struct plan *plan) {
    report_next(&context->writer, plan);
    if (!plan->is_valid)
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    return plan->is_valid;
}

static void handle_next(struct context *context) {
    handle_plan_list(context, write_next);
}

static bool write_validity(struct context *context, const struct plan *plan) {
    struct diagnostics found = {0};
    plan_conflicts_append(&found, plan, context->files);
    plan_compare_append(&found, plan, context->files);
    report_validity(&context->writer, plan, &found);
    diagnostics_append(&context->answer->diagnostics, &found);
    bool is_valid = found.error_count == 0;
    diagnostics_release(&found);
    return is_valid;
}

static void handle_validate(struct context *context) {
    handle_plan_list(context, write_validity);
    if (context->answer->code == ERROR_NONE && context->answer->diagnostics.error_count)
        context->answer->code = ERROR_INVALID;
}

/* --- methods over one plan or achievement --- */

typedef void write_achievement(struct context *context, const struct plan *plan, size_t position);

static void append_about(struct diagnostics *diagnostics, const struct diagnostics *all, const char *id) {
    for (size_t i = 0; id && i < all->count; i++)
        if (all->items[i].achievement && strcmp(all->items[i].achievement, id) == 0)
            diagnostics_add(diagnostics, &all->items[i]);
}

static void handle_achievement(struct context *context, write_achievement *write) {
    struct error error = {0};
    size_t position;
    const struct plan_place *place = context_choose_plan(context, false, &error);
    if (!place) {
        context_fail(context, &error);
        return;
    }
    const struct plan *plan = workspace_take_plan(place, context->files);
    struct diagnostics *diagnostics = &context->answer->diagnostics;
    const char *id = context->request->id ? context->request->id : "";
    if (plan->is_valid)
        append_about(diagnostics, &plan->diagnostics, id);
    if (plan_find(plan, id, &position)) {
        write(context, plan, position);
        if (!plan->is_valid) {
            diagnostics_append(diagnostics, &plan->diagnostics);
            context->answer->code = ERROR_INVALID;
        }
    } else if (!plan_require_valid(plan, diagnostics, &error) || !plan_find_or_fail(plan, id, &position, &error)) {
        context_fail(context, &error);
    }
    workspace_return_plan(place, plan);
}

static void write_show(struct context *context, const struct plan *plan, size_t position) {
    report_achievement(&context->writer, plan, position, context->files);
}

static void write_why(struct context *context, const struct plan *plan, size_t position) {
    report_reasons(&context->writer, plan, position);
}

static void handle_show(struct context *context) {
    handle_achievement(context, write_show);
}

static void handle_why(struct context *context) {
    handle_achievement(context, write_why);
}

static void handle_graph(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, false, &error);
    if (!place) {
        context_fail(context, &error);
        return;
    }
    const struct plan *plan = workspace_take_plan(place, context->files);
    report_graph(&context->writer, plan);
    if (!plan->is_valid || !plan->has_graph)
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    if (!plan->is_valid)
        context->answer->code = ERROR_INVALID;
    workspace_return_plan(place, plan);
}

/* --- the whole workspace --- */

static void handle_doctor(struct context *context) {
    struct doctor_report report = {.workspace = context->workspace, .files = context->files};
    struct error error = {0};
    if (context->request->findings)
        findings_append(&report.findings, context->request->findings);
    doctor_check(&report);
    doctor_write(&context->writer, &report);
    size_t errors = report.findings.counts[FINDING_ERROR];
    if (errors) {
        error_set(&error, ERROR_INVALID, "%zu error%s found in this workspace", errors,
                  errors == 1 ? " was" : "s were");
        context_fail(context, &error);
    }
    doctor_report_release(&report);
}

/* --- the table --- */

enum method_kind {
    METHOD_KEPT,  /* answered from snapshots of the plans, where they are kept */
    METHOD_READ,  /* reads more than those */
    METHOD_WRITE, /* changes files, unless it is a dry run */
};

static const struct method {
    const char *name;
    void (*handle)(struct context *context);
    enum method_kind kind;
    bool is_local; /* needs what only the process has that asks: a file of the user's, what it has seen itself */
} methods[] = {
    {"status", handle_status, METHOD_KEPT, false},       {"next", handle_next, METHOD_KEPT, false},
    {"show", handle_show, METHOD_KEPT, false},           {"why", handle_why, METHOD_KEPT, false},
    {"create", transaction_create, METHOD_WRITE, false}, {"retry", transaction_retry, METHOD_WRITE, false},
    {"undo", transaction_undo, METHOD_WRITE, false},     {"history", transaction_history, METHOD_READ, false},
    {"batch", transaction_batch, METHOD_READ, false},    {"validate", handle_validate, METHOD_READ, false},
    {"graph", handle_graph, METHOD_KEPT, false},         {"what-if", what_if_answer, METHOD_KEPT, false},
    {"prompt", prompt_handle, METHOD_READ, false},       {"init", init_plan, METHOD_WRITE, false},
    {"import", init_import, METHOD_WRITE, true},         {"doctor", handle_doctor, METHOD_READ, true},
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
    struct arena arena = {0};
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
                .hint = "if it was interrupted, the next create or undo takes it back",
            });
    arena_release(&arena);
}

/*
 * A batch that begins or commits while a plan is being read could be seen in part: then it is read again. A
 * writing method holds the lock and runs once.
 */
static void answer_consistently(struct workspace *workspace, const struct method *method, const struct request *request,
                                struct answer *answer) {
    enum { ATTEMPTS_MOST = 5 };
    bool is_once = request_is_write(request);
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
    const struct method *method = find_method(request->method);
    if (!method || method->kind != METHOD_KEPT)
        return false;
    answer_once(workspace, view, method, request, answer);
    warn_of_pending(pending, answer);
    return true;
}

static void write_file_validity(struct json_writer *writer, const struct dependency_file *dependencies,
                                const char *name, const struct answer *answer) {
    const struct diagnostics *diagnostics = &answer->diagnostics;
    json_writer_open_object(writer);
    json_writer_key_string(writer, "plan", dependencies->plan_name);
    json_writer_key_string(writer, "path", name);
    json_writer_key_boolean(writer, "valid", answer->code == ERROR_NONE);
    json_writer_key_unsigned(writer, "achievements", dependencies->count);
    json_writer_key_unsigned(writer, "errors", diagnostics->error_count);
    json_writer_key_unsigned(writer, "warnings", diagnostics->count + diagnostics->left_out - diagnostics->error_count);
    json_writer_close_object(writer);
}

void request_validate_file(const struct files *files, const char *path, const char *name, struct answer *answer) {
    *answer = (struct answer){.kind = "validate"};
    struct dependency_file dependencies = {0};
    struct json_writer writer = {.buffer = &answer->data};
    struct buffer text = {0};
    struct error error = {0};
    bool is_read = files_read(files, path, JSON_SIZE_MOST_BYTES, &text, NULL, &error);
    bool is_too_large = error.system_errno == EFBIG;
    if (is_read)
        dependency_file_read(&dependencies, buffer_span(&text), name, &answer->diagnostics);
    else if (is_too_large)
        json_report_too_large(name, &answer->diagnostics);
    else
        answer_fail(answer, &error);
    if ((is_read || is_too_large) && answer->diagnostics.error_count)
        answer->code = ERROR_INVALID;
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "plans");
    if (is_read || is_too_large)
        write_file_validity(&writer, &dependencies, name, answer);
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
    error_release(&error);
    buffer_release(&text);
    dependency_file_release(&dependencies);
}
