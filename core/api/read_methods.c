#include "api/read_methods.h"

#include <errno.h>
#include <string.h>

#include "api/claim_answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_overview.h"
#include "doctor/doctor.h"
#include "doctor/findings.h"
#include "document/names.h"
#include "format/json.h"
#include "format/json_size.h"
#include "plan/dependency_file.h"
#include "plan/plan.h"
#include "plan/plan_compare.h"
#include "plan/plan_conflicts.h"
#include "plan/selection.h"
#include "plan/workspace.h"
#include "render/achievement_json.h"
#include "render/achievement_text.h"
#include "render/doctor_json.h"
#include "render/doctor_text.h"
#include "render/plan_json.h"
#include "render/plan_text.h"
#include "render/plans_text.h"
#include "view/achievement_item.h"
#include "view/achievement_view.h"
#include "view/claim_item.h"
#include "view/plan_view.h"

/* --- methods over one or all plans --- */

/* Make the view of a plan, and append what is wrong with it. False if that makes the plan invalid. */
typedef bool view_plan(struct context *context, const struct plan *plan, const struct claim_overview *claims,
                       struct plan_view *view);

/* Every plan is answered; one that is invalid makes the answer so, too. */
static void handle_plan_list(struct context *context, view_plan *make, bool has_claims,
                             const struct answer_type *type) {
    const struct workspace *workspace = context->workspace;
    struct arena *arena = &context->answer->arena;
    struct error error = {0};
    const struct plan_place *places = workspace->plans;
    size_t count = workspace->plan_count;
    if (context_is_about_one(context)) {
        places = context_choose_plan(context, false, &error);
        count = 1;
        if (!places) {
            context_fail(context, &error);
            return;
        }
    }
    struct plan_list *list = arena_allocate(arena, 1, sizeof *list);
    *list = (struct plan_list){.plans = arena_allocate(arena, count, sizeof *list->plans), .count = count};
    if (has_claims)
        list->claims = claim_answer_note(context);
    for (size_t i = 0; i < count; i++) {
        const struct plan *plan = workspace_take_plan(&places[i], context->files);
        AUTO(claim_overview) claims = {0};
        if (has_claims)
            claim_answer_look(context, plan, &claims);
        if (!make(context, plan, &claims, &list->plans[i]))
            context->answer->code = ERROR_INVALID;
        workspace_return_plan(&places[i], plan);
    }
    context_answer(context, type, list);
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

/* Several plans are answered in brief, unless all or a part of them is asked for. */
static bool is_summary(const struct context *context, const struct plan_filter *filter) {
    return context->workspace->plan_count > 1 && !context_is_about_one(context) && !plan_filter_is_used(filter) &&
           !context->request->style.is_verbose;
}

/* NOT_FOUND for an id that the plan, a valid one, does not have. */
static void check_ids(struct context *context, const struct plan *plan, const struct plan_filter *filter) {
    struct error error = {0};
    size_t position;
    for (size_t i = 0; i < filter->id_count && plan->is_valid; i++)
        if (!plan_find_or_fail(plan, filter->ids[i], &position, &error)) {
            context_fail(context, &error);
            return;
        }
}

static bool view_status(struct context *context, const struct plan *plan, const struct claim_overview *claims,
                        struct plan_view *view) {
    const struct plan_filter filter = context_filter(context);
    bool is_brief = is_summary(context, &filter);
    check_ids(context, plan, &filter);
    if (is_brief)
        plan_view_summary(view, plan, claims, &context->answer->arena);
    else
        plan_view_status(view, plan, &filter, claims, &context->answer->arena);
    if (!is_brief || !plan->is_valid || plan->has_graph) /* that there is no graph, a summary says itself */
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    if (context_is_about_one(context) || context->workspace->plan_count == 1)
        warn_of_differences(context, plan);
    return plan->is_valid;
}

void read_methods_status(struct context *context) {
    static const struct answer_type type = {plan_json_status, plans_text_status};
    handle_plan_list(context, view_status, true, &type);
}

static bool view_next(struct context *context, const struct plan *plan, const struct claim_overview *claims,
                      struct plan_view *view) {
    const struct plan_filter filter = context_filter(context);
    check_ids(context, plan, &filter);
    plan_view_next(view, plan, &filter, claims, &context->answer->arena);
    if (!plan->is_valid)
        diagnostics_append(&context->answer->diagnostics, &plan->diagnostics);
    return plan->is_valid;
}

void read_methods_next(struct context *context) {
    static const struct answer_type type = {plan_json_next, plans_text_next};
    handle_plan_list(context, view_next, true, &type);
}

static const struct answer_type validity = {plan_json_validate, plan_text_validate};

static bool view_validity(struct context *context, const struct plan *plan, const struct claim_overview *claims,
                          struct plan_view *view) {
    (void)claims;
    AUTO(diagnostics) found = {0};
    plan_conflicts_append(&found, plan, context->files);
    plan_compare_append(&found, plan, context->files);
    plan_view_validity(view, plan, &found, &context->answer->arena);
    diagnostics_append(&context->answer->diagnostics, &found);
    return found.error_count == 0;
}

void read_methods_validate(struct context *context) {
    handle_plan_list(context, view_validity, false, &validity);
    if (context->answer->code == ERROR_NONE && context->answer->diagnostics.error_count)
        context->answer->code = ERROR_INVALID;
}

/* --- methods over one plan or achievement --- */

typedef void view_achievement(struct context *context, const struct plan *plan, size_t position,
                              const struct claim_overview *claims, struct achievement_view *view);

static void append_about(struct diagnostics *diagnostics, const struct diagnostics *all, const char *id) {
    for (size_t i = 0; id && i < all->count; i++)
        if (all->items[i].achievement && strcmp(all->items[i].achievement, id) == 0)
            diagnostics_add(diagnostics, &all->items[i]);
}

static void handle_achievement(struct context *context, view_achievement *make, const struct answer_type *type) {
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
        struct achievement_view *view = arena_allocate(&context->answer->arena, 1, sizeof *view);
        AUTO(claim_overview) claims = {0};
        struct claims_note note = claim_answer_note(context);
        claim_answer_look(context, plan, &claims);
        make(context, plan, position, &claims, view);
        view->claims = note;
        context_answer(context, type, view);
        if (!plan->is_valid) {
            diagnostics_append(diagnostics, &plan->diagnostics);
            context->answer->code = ERROR_INVALID;
        }
    } else if (!plan_require_valid(plan, diagnostics, &error) || !plan_find_or_fail(plan, id, &position, &error)) {
        context_fail(context, &error);
    }
    workspace_return_plan(place, plan);
}

static void view_show(struct context *context, const struct plan *plan, size_t position,
                      const struct claim_overview *claims, struct achievement_view *view) {
    achievement_view_show(view, plan, position, claims, context->files, &context->answer->arena);
}

static void view_why(struct context *context, const struct plan *plan, size_t position,
                     const struct claim_overview *claims, struct achievement_view *view) {
    achievement_view_why(view, plan, position, claims, &context->answer->arena);
}

void read_methods_show(struct context *context) {
    static const struct answer_type type = {achievement_json_show, achievement_text_show};
    handle_achievement(context, view_show, &type);
}

void read_methods_why(struct context *context) {
    static const struct answer_type type = {achievement_json_why, achievement_text_why};
    handle_achievement(context, view_why, &type);
}

/* --- the whole workspace --- */

void read_methods_doctor(struct context *context) {
    static const struct answer_type type = {doctor_json_write, doctor_text_append};
    AUTO(doctor_report)
    report = {.workspace = context->workspace, .claims = context->request->claims, .files = context->files};
    struct error error = {0};
    if (context->request->findings)
        findings_append(&report.findings, context->request->findings);
    doctor_check(&report);
    struct doctor_view *view = arena_allocate(&context->answer->arena, 1, sizeof *view);
    doctor_view_make(view, &report, &context->answer->arena);
    context_answer(context, &type, view);
    size_t errors = report.findings.counts[FINDING_ERROR];
    if (errors) {
        error_set(&error, ERROR_INVALID, "%zu error%s found in this workspace", errors,
                  errors == 1 ? " was" : "s were");
        context_fail(context, &error);
    }
}

/* --- a file that need not be in a workspace --- */

/* In the arena of @answer. */
static const struct plan_list *view_file(const struct dependency_file *dependencies, const char *name,
                                         struct answer *answer) {
    const struct diagnostics *diagnostics = &answer->diagnostics;
    struct plan_list *list = arena_allocate(&answer->arena, 1, sizeof *list);
    *list = (struct plan_list){.plans = arena_allocate(&answer->arena, 1, sizeof *list->plans), .count = 1};
    list->plans[0] = (struct plan_view){
        .name = item_text(&answer->arena, dependencies->plan_name),
        .path = item_text(&answer->arena, name),
        .is_valid = answer->code == ERROR_NONE,
        .total = dependencies->count,
        .errors = diagnostics->error_count,
        .warnings = diagnostics->count + diagnostics->left_out - diagnostics->error_count,
    };
    return list;
}

void request_validate_file(const struct files *files, const char *path, const char *name, struct answer *answer) {
    static const struct plan_list none = {0};
    *answer = (struct answer){.kind = "validate", .type = &validity, .view = &none};
    AUTO(dependency_file) dependencies = {0};
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
    if (is_read || is_too_large)
        answer->view = view_file(&dependencies, name, answer);
}
