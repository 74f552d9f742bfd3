#include "doctor/check_claims.h"

#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_folder.h"
#include "claims/claim_handle.h"
#include "claims/claim_overview.h"
#include "disk/listing.h"
#include "disk/upward_walk.h"
#include "plan/plan.h"

enum { MARK_DAYS_MOST = 30 };

static bool exists(const char *path) {
    struct walk_look look;
    return walk_look_at(path, 0, &look);
}

/* A branch is a loose ref, or unknown: in packed-refs it may be. */
static bool has_branch(const struct claim_board *claims, const char *branch) {
    AUTO(arena) arena = {0};
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    AUTO_CALL(files_close) struct files common = FILES_CLOSED;
    enum { PACKED_BYTES_MOST = 64 << 20 };
    if (!claims->git.common || !files_open(&common, claims->git.common, &error))
        return true;
    const char *ref = arena_format(&arena, "refs/heads/%s", branch);
    if (files_is_path(ref) && files_kind(&common, ref) == FILE_REGULAR)
        return true;
    const char *line_end = arena_format(&arena, " %s\n", ref); /* after the commit's name */
    return files_read(&common, "packed-refs", PACKED_BYTES_MOST, &text, NULL, &error) && strstr(text.data, line_end);
}

/* "2026-11-27..." more than @days ago? */
static bool is_older(const char *time_text, int64_t now_ms, int days) {
    struct tm fields = {0};
    if (!time_text || !strptime(time_text, "%Y-%m-%dT%H:%M:%S", &fields))
        return false;
    return now_ms / 1000 - (int64_t)timegm(&fields) > (int64_t)days * 24 * 3600;
}

static void check_mark(struct findings *findings, const struct claim_board *claims, const struct plan *plan,
                       const struct claim_entry *entry) {
    const struct claim_mark *mark = &entry->record.finished;
    AUTO(arena) arena = {0};
    const char *hint =
        arena_format(&arena, "if that work is thrown away: batchctl claims --forget %s %s", plan->reference, entry->id);
    if (mark->branch && !has_branch(claims, mark->branch))
        findings_report(findings, FINDING_WARNING, "claim.mark", NULL, hint,
                        "%s %s was finished by %s on branch %s, which is gone; it is offered nowhere", plan->name,
                        entry->id, mark->by, mark->branch);
    else if (mark->worktree && !exists(mark->worktree))
        findings_report(findings, FINDING_WARNING, "claim.mark", NULL, hint,
                        "%s %s was finished by %s in %s, which is gone; it is offered nowhere", plan->name, entry->id,
                        mark->by, mark->worktree);
    else if (is_older(mark->time, claims->moment.wall_ms, MARK_DAYS_MOST))
        findings_report(findings, FINDING_NOTE, "claim.mark", NULL, hint,
                        "%s %s was finished by %s more than %d days ago, and is not merged here", plan->name, entry->id,
                        mark->by, MARK_DAYS_MOST);
}

static void check_entry(struct findings *findings, const struct claim_board *claims, const struct plan *plan,
                        const struct claim_overview *overview, const struct claim_entry *entry) {
    size_t position;
    AUTO(arena) arena = {0};
    if (entry->damage)
        findings_report(findings, FINDING_WARNING, "claim.damaged", entry->file,
                        arena_format(&arena, "if nothing holds it any more: batchctl release --force %s %s",
                                     plan->reference, entry->id),
                        "%s %s counts as claimed: %s", plan->name, entry->id, entry->damage);
    else if (!plan_find(plan, entry->id, &position))
        findings_report(findings, FINDING_NOTE, "claim.unknown", entry->file, NULL, "%s has no achievement %s",
                        plan->name, entry->id);
    else if (claim_overview_is_bound(overview, position))
        check_mark(findings, claims, plan, entry);
}

static void check_plan(struct findings *findings, struct claim_board *claims, const struct plan *plan) {
    AUTO(claim_overview) overview = {0};
    claim_overview_make(&overview, claims, plan);
    for (size_t i = 0; i < overview.list->count; i++)
        check_entry(findings, claims, plan, &overview, &overview.list->entries[i]);
}

/* Records of plans that are not in this worktree. */
static void check_gone(struct findings *findings, const struct workspace *workspace, struct claim_board *claims) {
    AUTO(listing) names = {0};
    AUTO(error) error = {0};
    if (!claims->authority->calls->list_plans(claims->authority, &names, &error))
        return;
    for (size_t i = 0; i < names.count; i++) {
        AUTO(buffer) path = {0};
        bool is_here = !claim_name_read(span_of(names.entries[i].name), &path);
        for (size_t k = 0; k < workspace->plan_count && !is_here; k++)
            is_here = strcmp(workspace->plans[k].path, path.data) == 0;
        if (!is_here)
            findings_report(findings, FINDING_NOTE, "claim.unknown", NULL, NULL,
                            "there are claims of the plan %s, which is not in this working tree", path.data);
    }
}

void check_claims_report(struct findings *findings, const struct workspace *workspace, const struct files *files,
                         struct claim_board *claims) {
    claim_board_refresh(claims);
    if (!claims->authority) {
        findings_report(findings, FINDING_WARNING, claim_board_warning(claims), NULL, claims->trouble.hint,
                        "claims cannot be kept: %s", claims->trouble.message);
        return;
    }
    check_gone(findings, workspace, claims);
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const struct plan *plan = workspace_take_plan(&workspace->plans[i], files);
        check_plan(findings, claims, plan);
        workspace_return_plan(&workspace->plans[i], plan);
    }
}
