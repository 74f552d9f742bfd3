#include "doctor/doctor.h"

#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/state_dir.h"
#include "doctor/check_access.h"
#include "doctor/check_claims.h"
#include "doctor/check_files.h"
#include "doctor/check_orders.h"
#include "doctor/check_state.h"
#include "doctor/check_system.h"
#include "doctor/findings.h"
#include "document/names.h"
#include "plan/plan.h"
#include "plan/plan_compare.h"
#include "plan/plan_conflicts.h"
#include "plan/workspace.h"

/* --- the workspace --- */

static void report_other_trees(struct findings *findings, const struct workspace *workspace) {
    enum { NAMED_MOST = 3 };
    AUTO(buffer) names = {0};
    size_t count = workspace->other_tree_count;
    for (size_t i = 0; i < count && i < NAMED_MOST; i++)
        buffer_append_format(&names, "%s%s", i ? ", " : "", workspace->other_trees[i]);
    if (count > NAMED_MOST)
        buffer_append_format(&names, " and %zu more", count - NAMED_MOST);
    if (count)
        findings_report(findings, FINDING_NOTE, "workspace.other_tree", workspace->other_trees[0],
                        "run batchctl in it, or name it with -C, to work with its plans",
                        "%s a .git of %s own, and so another working tree%s: no plans are looked for in %s",
                        count == 1 ? "this folder has" : "some folders have", count == 1 ? "its" : "their",
                        text_plural(count), buffer_text(&names));
}

/* Commands that are run in @folder use that state, and all others do not. */
static void report_inner_state(struct findings *findings, const struct workspace *workspace, const char *folder) {
    AUTO(arena) arena = {0};
    AUTO(buffer) remedy = {0};
    buffer_append_string(&remedy, "mv -n ");
    text_append_shell_word(&remedy, arena_format(&arena, "%s/%s", folder, STATE_DIR_FOLDER));
    buffer_append_string(&remedy, " batchd-was-here");
    findings_report(findings, FINDING_WARNING, "workspace.nested", folder, buffer_text(&remedy),
                    "this folder of %s has state of yours: for commands that are run in it, it is the workspace",
                    workspace->root);
}

static void check_workspace(struct doctor_report *report) {
    const struct workspace *workspace = report->workspace;
    struct findings *findings = &report->findings;
    if (workspace->plan_count == 0)
        findings_report(findings, FINDING_NOTE, "workspace.empty", NULL, "batchctl init MY-PLAN", "there are no plans");
    report_other_trees(findings, workspace);
    if (workspace->inner_state)
        report_inner_state(findings, workspace, workspace->inner_state);
    for (size_t i = 0; i < workspace->diagnostics.count; i++)
        findings_take(findings, &workspace->diagnostics.items[i], "chmod u+rx on it, or choose a smaller root with -C");
    for (size_t i = 0; i < workspace->plan_count; i++)
        if (!workspace->plans[i].is_unique)
            findings_report(findings, FINDING_NOTE, "workspace.same_name", workspace->plans[i].path, NULL,
                            "another plan is called %s as well: name this one by its path", workspace->plans[i].name);
}

/* A PLAN file makes a plan of the folder that has its name. */
static void check_loose_plans(struct doctor_report *report) {
    const struct workspace *workspace = report->workspace;
    for (size_t i = 0; i < workspace->loose_count; i++) {
        const char *path = workspace->loose_plans[i], *file = names_base(path);
        struct span name = names_plan(file);
        AUTO(buffer) folder = {0}, remedy = {0};
        buffer_append_format(&folder, "%s%.*s%.*s", file == path ? "./" : "", (int)(file - path), path,
                             (int)name.length, name.data);
        buffer_append_string(&remedy, "mkdir ");
        text_append_shell_word(&remedy, folder.data);
        buffer_append_string(&remedy, " && mv -n ");
        text_append_shell_word(&remedy, path);
        buffer_append_byte(&remedy, ' ');
        buffer_append_byte(&folder, '/');
        text_append_shell_word(&remedy, folder.data);
        findings_report(&report->findings, FINDING_NOTE, "plan.loose", path, remedy.data,
                        "it makes no plan here: a plan is a folder %.*s that holds it", (int)name.length, name.data);
    }
}

static void check_access(struct doctor_report *report) {
    check_access_report(&report->findings, report->workspace, report->files);
}

static void check_state(struct doctor_report *report) {
    check_state_report(&report->findings, &report->workspace->files);
}

/* --- plans --- */

static void check_inner_folders(struct doctor_report *report, const struct plan *plan) {
    const struct workspace *workspace = report->workspace;
    AUTO(arena) arena = {0};
    report->folder_count += plan->list_count;
    if (state_dir_is_mine(arena_format(&arena, "%s/%s", workspace->root, plan->path), geteuid()))
        report_inner_state(&report->findings, workspace, plan->path);
}

static void take_diagnostics(struct doctor_report *report, const struct plan *plan,
                             const struct diagnostics *diagnostics) {
    enum { TAKEN_MOST = 20 }; /* the rest is for validate */
    struct findings *findings = &report->findings;
    AUTO(arena) arena = {0};
    const char *validate = arena_format(&arena, "batchctl validate %s", plan->reference);
    const char *graph = arena_format(&arena, "batchctl init --graph %s", plan->reference);
    for (size_t i = 0; i < diagnostics->count && i < TAKEN_MOST; i++) {
        struct diagnostic item = diagnostics->items[i];
        if (strcmp(item.code, "plan.no_dependencies") == 0)
            item.hint = graph;
        findings_take(findings, &item, validate);
    }
    if (diagnostics->count > TAKEN_MOST)
        findings_report(findings, diagnostics->error_count ? FINDING_ERROR : FINDING_WARNING, "plan.more", plan->path,
                        validate, "there is more about this plan: %zu",
                        diagnostics->count + diagnostics->left_out - TAKEN_MOST);
}

static void check_plans(struct doctor_report *report) {
    const struct workspace *workspace = report->workspace;
    report->folder_count += workspace->folder_count;
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const struct plan *plan = workspace_take_plan(&workspace->plans[i], report->files);
        AUTO(diagnostics) found = {0};
        plan_conflicts_append(&found, plan, report->files);
        plan_compare_append(&found, plan, report->files);
        take_diagnostics(report, plan, &found);
        check_inner_folders(report, plan);
        check_files_report(&report->findings, report->files, plan);
        workspace_return_plan(&workspace->plans[i], plan);
    }
}

static void check_orders(struct doctor_report *report) {
    check_orders_report(&report->findings, report->workspace, report->files);
}

static void check_claims(struct doctor_report *report) {
    if (report->claims)
        check_claims_report(&report->findings, report->workspace, report->files, report->claims);
}

/* --- its file system --- */

static void check_system(struct doctor_report *report) {
    check_system_look(&report->system, report->files);
    check_system_report(&report->system, report->folder_count, &report->findings);
}

/* In the order of the answer; the system comes after the plans, whose folders it counts. */
static void (*const checks[])(struct doctor_report *report) = {
    check_workspace, check_loose_plans, check_access, check_state,
    check_plans,     check_orders,      check_claims, check_system,
};

/* --- the answer --- */

static const char *keep(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

void doctor_view_make(struct doctor_view *view, const struct doctor_report *report, struct arena *arena) {
    const struct findings *findings = &report->findings;
    *view = (struct doctor_view){
        .root = keep(arena, report->workspace->root),
        .file_system = report->system.file_system,
        .watch_limit = report->system.watch_limit,
        .plan_count = report->workspace->plan_count,
        .folder_count = report->folder_count,
        .findings = arena_allocate(arena, findings->count, sizeof *view->findings),
        .finding_count = findings->count,
    };
    if (report->claims)
        check_claims_look(&view->claims, report->claims, arena);
    memcpy(view->counts, findings->counts, sizeof view->counts);
    for (size_t i = 0; i < findings->count; i++) {
        view->findings[i] = findings->items[i];
        view->findings[i].message = keep(arena, findings->items[i].message);
        view->findings[i].file = keep(arena, findings->items[i].file);
        view->findings[i].hint = keep(arena, findings->items[i].hint);
    }
}

void doctor_check(struct doctor_report *report) {
    for (size_t i = 0; i < sizeof checks / sizeof *checks; i++)
        checks[i](report);
}

void doctor_report_release(struct doctor_report *report) {
    findings_release(&report->findings);
}
