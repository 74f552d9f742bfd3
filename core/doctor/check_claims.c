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
#include "claims/claim_board.h"
#include "claims/claim_files.h"
#include "claims/claim_folder.h"
#include "claims/claim_handle.h"
#include "claims/claim_overview.h"
#include "claims/claim_store.h"
#include "disk/files.h"
#include "disk/git_folder.h"
#include "disk/listing.h"
#include "disk/upward_walk.h"
#include "plan/plan.h"

enum { MARK_DAYS_MOST = 30, WRITING_MS_MOST = 3600 * 1000 };

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
    if (mark->worktree && mark->branch && !has_branch(claims, mark->branch))
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

/* --- other places --- */

static size_t count_live(const struct claim_store *store, const struct claim_moment *moment) {
    AUTO(listing) names = {0};
    AUTO(error) error = {0};
    size_t count = 0;
    claim_files_list_plans(&store->folder.files, &names, &error);
    for (size_t i = 0; i < names.count; i++) {
        AUTO(buffer) path = {0};
        AUTO(claim_list) list = {0};
        if (!claim_name_read(span_of(names.entries[i].name), &path) ||
            !claim_files_list(&store->folder.files, path.data, &list, &error))
            continue;
        for (size_t k = 0; k < list.count; k++)
            count += claim_state(&list.entries[k].record, moment) == CLAIM_HELD;
    }
    return count;
}

/* Claims that are held where they are not kept: by those who are configured otherwise, or were when they took them. */
static void check_other_place(struct findings *findings, const struct claim_board *claims) {
    bool is_in_git = claims->store.folder.keeping == CLAIM_KEPT_IN_GIT;
    const struct git_folder *git = claims->git.folder ? &claims->git : NULL;
    AUTO_CALL(claim_store_close) struct claim_store other = CLAIM_STORE_CLOSED;
    AUTO(error) error = {0};
    if (!git || !claim_store_open(&other, claims->workspace, git, is_in_git ? CLAIM_KEPT_IN_STATE : CLAIM_KEPT_IN_GIT,
                                  0, &error))
        return;
    size_t count = count_live(&other, &claims->moment);
    if (count)
        findings_report(
            findings, FINDING_WARNING, "claims.two_places", other.folder.path,
            "use the same [claims] folder in every worktree; \"batchctl claims\" lists what is held with it",
            "%zu claim%s held there, and claims are kept in %s: the same work can be taken twice", count,
            count == 1 ? " is" : "s are", claim_keeping_name(claims->store.folder.keeping));
}

/* What a process has left that died while it wrote. */
static void check_writing(struct findings *findings, const struct claim_board *claims) {
    const struct files *folder = &claims->store.folder.files;
    enum file_kind kind;
    struct file_identity identity;
    AUTO(arena) arena = {0};
    AUTO(error) error = {0};
    if (folder->root < 0 || !files_look(folder, CLAIM_FILES_STAGED, &kind, &identity, &error) || kind == FILE_ABSENT ||
        claims->moment.wall_ms - identity.mtime_ns / 1000000 <= WRITING_MS_MOST)
        return;
    findings_report(findings, FINDING_NOTE, "claim.left", arena_format(&arena, "%s/" CLAIM_FILES_STAGED, folder->label),
                    "the next claim removes it",
                    "a process has died while it wrote a claim, more than an hour ago; nothing is lost");
}

static void report_notices(struct findings *findings, struct claim_authority *authority) {
    const struct claim_notice *notices;
    size_t count = authority->calls->note(authority, &notices);
    for (size_t i = 0; i < count; i++)
        findings_report(findings, FINDING_WARNING, notices[i].code, NULL, NULL, "%s", notices[i].message);
}

void check_claims_look(struct claims_place *place, const struct claim_board *claims, struct arena *arena) {
    const struct claim_folder *folder = &claims->store.folder;
    *place = (struct claims_place){0};
    if (!claims->authority)
        return;
    place->kept = claim_board_keeping(claims);
    if (claims->authority->is_shared)
        return;
    place->folder = folder->path ? arena_copy(arena, folder->path, strlen(folder->path)) : NULL;
    if (folder->keeping == CLAIM_KEPT_IN_GIT)
        place->worktrees = git_folder_list_trees(&claims->git, arena, &place->worktree_count);
}

void check_claims_report(struct findings *findings, const struct workspace *workspace, const struct files *files,
                         struct claim_board *claims) {
    claim_board_refresh(claims);
    if (!claims->authority) {
        findings_report(findings, FINDING_WARNING, claim_board_warning(claims), NULL, claims->trouble.hint,
                        "claims cannot be kept: %s", claims->trouble.message);
        return;
    }
    report_notices(findings, claims->authority);
    check_gone(findings, workspace, claims);
    if (!claims->authority->is_shared) {
        check_other_place(findings, claims);
        check_writing(findings, claims);
    }
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const struct plan *plan = workspace_take_plan(&workspace->plans[i], files);
        check_plan(findings, claims, plan);
        workspace_return_plan(&workspace->plans[i], plan);
    }
}
