#include "api/read_methods.h"

#include <errno.h>
#include <string.h>

#include "api/report.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "doctor/doctor.h"
#include "doctor/findings.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/plan_compare.h"
#include "plan/plan_conflicts.h"
#include "plan/selection.h"
#include "plan/workspace.h"

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
    AUTO(diagnostics) differences = {0};
    AUTO(arena) arena = {0};
    plan_compare_append(&differences, plan, context->files);
    if (differences.count)
        diagnostics_add(
            &context->answer->diagnostics,
            &(struct diagnostic){
                .severity = SEVERITY_WARNING,
                .code = "plan.differs",
                .message =
                    arena_format(&arena, "the PLAN and %s differ in %zu place%s", names_base(plan->dependency_file),
                                 differences.count, text_plural(differences.count)),
                .file = plan->plan_file,
                .hint = arena_format(
                    &arena, "see them: batchctl validate %s; take the PLAN over: batchctl init --graph %s --update",
                    plan->reference, plan->reference)});
}

static struct report_filter filter_of(const struct request *request) {
    const struct selection *selection = &request->options.selection;
    return (struct report_filter){
        .levels = selection->kind == SELECT_LEVEL ? selection->levels : NULL,
        .purpose = request->purpose,
        .is_ready = request->wants_ready,
        .is_blocked = request->wants_blocked,
        .is_open = request->wants_open,
    };
}

/* Several plans are answered in brief, unless all or a part of them is asked for. */
static bool is_summary(const struct context *context, const struct report_filter *filter) {
    return context->workspace->plan_count > 1 && !is_about_one(context) && !report_is_filtered(filter) &&
           !context->request->style.is_verbose;
}

static bool write_status(struct context *context, const struct plan *plan) {
    const struct report_filter filter = filter_of(context->request);
    bool is_brief = is_summary(context, &filter);
    if (is_brief)
        report_summary(&context->writer, plan);
    else
        report_status(&context->writer, plan, &filter);
    if (!is_brief || !plan->is_valid || plan->has_graph) /* that there is no graph, a summary says itself */
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    if (is_about_one(context) || context->workspace->plan_count == 1)
        warn_of_differences(context, plan);
    return plan->is_valid;
}

void read_methods_status(struct context *context) {
    handle_plan_list(context, write_status);
}

static bool write_next(struct context *context, const struct plan *plan) {
    const struct report_filter filter = filter_of(context->request);
    report_next(&context->writer, plan, &filter);
    if (!plan->is_valid)
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    return plan->is_valid;
}

void read_methods_next(struct context *context) {
    handle_plan_list(context, write_next);
}

static bool write_validity(struct context *context, const struct plan *plan) {
    AUTO(diagnostics) found = {0};
    plan_conflicts_append(&found, plan, context->files);
    plan_compare_append(&found, plan, context->files);
    report_validity(&context->writer, plan, &found);
    diagnostics_append(&context->answer->diagnostics, &found);
    return found.error_count == 0;
}

void read_methods_validate(struct context *context) {
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

void read_methods_show(struct context *context) {
    handle_achievement(context, write_show);
}

void read_methods_why(struct context *context) {
    handle_achievement(context, write_why);
}

void read_methods_graph(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = context_choose_plan(context, false, &error);
    if (!place) {
        context_fail(context, &error);
        return;
    }
    const struct plan *plan = workspace_take_plan(place, context->files);
    const struct report_filter filter = filter_of(context->request);
    report_graph(&context->writer, plan, &filter);
    if (!plan->is_valid || !plan->has_graph)
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    if (!plan->is_valid)
        context->answer->code = ERROR_INVALID;
    workspace_return_plan(place, plan);
}

/* --- the whole workspace --- */

void read_methods_doctor(struct context *context) {
    AUTO(doctor_report) report = {.workspace = context->workspace, .files = context->files};
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
}

/* --- a file that need not be in a workspace --- */

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
    AUTO(dependency_file) dependencies = {0};
    struct json_writer writer = {.buffer = &answer->data};
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
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
}
