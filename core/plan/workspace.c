#include "plan/workspace.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "base/text.h"
#include "disk/listing.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "plan/plan.h"

/* --- finding plans --- */

static char *join(struct arena *arena, const char *folder, const char *name) {
    return folder[0] ? arena_format(arena, "%s/%s", folder, name) : arena_copy(arena, name, strlen(name));
}

/* Releases @error. */
static void report(struct diagnostics *diagnostics, const char *path, struct error *error) {
    diagnostics_add(diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                      .code = "file.unreadable",
                                                      .message = error->message,
                                                      .file = path});
    error_release(error);
}

static void add_plan(struct workspace *workspace, const char *path, struct span name) {
    if (workspace->plan_count == WORKSPACE_PLANS_MOST)
        return;
    *LIST_ADD(workspace->plans, workspace->plan_count, workspace->plan_capacity) = (struct plan_place){
        .name = arena_copy(&workspace->arena, name.data, name.length), .path = path, .is_unique = true};
}

static void add_loose_plans(struct workspace *workspace, const struct listing *listing, const char *path) {
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_entry *entry = &listing->entries[i];
        if (!entry->is_regular || names_plan(entry->name).length == 0)
            continue;
        *LIST_ADD(workspace->loose_plans, workspace->loose_count, workspace->loose_capacity) =
            join(&workspace->arena, path, entry->name);
    }
}

/* A folder that could not be searched. One that is not ours to read has no plans of ours; any other may. */
static void report_gap(struct workspace *workspace, const char *path, struct error *error) {
    if (error->system_errno != EACCES && error->system_errno != EPERM)
        workspace->has_gaps = true;
    report(&workspace->diagnostics, path, error);
}

static void add_other_tree(struct workspace *workspace, const char *path) {
    *LIST_ADD(workspace->other_trees, workspace->other_tree_count, workspace->other_tree_capacity) = path;
}

static void note_inner_state(struct workspace *workspace, const char *path, const struct listing *listing) {
    const struct listing_entry *state = listing_find(listing, STATE_DIR_FOLDER);
    if (!path[0] || workspace->inner_state || !state || !state->is_folder)
        return;
    if (state_dir_is_mine(arena_format(&workspace->arena, "%s/%s", workspace->root, path), geteuid()))
        workspace->inner_state = path;
}

/* A file or link may have its name since the folder above was listed. */
static bool is_gone(const struct error *error) {
    return error->code == ERROR_NOT_FOUND || error->system_errno == ELOOP || error->system_errno == ENOTDIR;
}

/* Says so once, if no more folders are to be searched. */
static bool has_too_many_folders(struct workspace *workspace, const char *path) {
    struct error error = {0};
    if (workspace->folder_count++ < WORKSPACE_FOLDERS_MOST)
        return false;
    if (workspace->folder_count == WORKSPACE_FOLDERS_MOST + 1) {
        error_set(&error, ERROR_USAGE, "only the first %d folders were searched for plans", WORKSPACE_FOLDERS_MOST);
        report(&workspace->diagnostics, path, &error);
    }
    return true;
}

static void search(struct workspace *workspace, const struct files *files, const char *path, unsigned depth);

static void search_group(struct workspace *workspace, const struct files *files, const char *path,
                         const struct listing *listing, unsigned depth) {
    for (size_t i = 0; depth < WORKSPACE_DEPTH_MOST && i < listing->count; i++)
        if (workspace_may_be_group(&listing->entries[i]))
            search(workspace, files, join(&workspace->arena, path, listing->entries[i].name), depth + 1);
}

/* Recursion is bounded by WORKSPACE_DEPTH_MOST. */
static void search(struct workspace *workspace, const struct files *files, const char *path, unsigned depth) {
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    struct span name;
    if (has_too_many_folders(workspace, path))
        return;
    switch (workspace_look(files, &workspace->arena, path, &listing, &name, &error)) {
    case WORKSPACE_PLAN:
        add_plan(workspace, path, name);
        workspace->folder_count--; /* it is one of the plan's */
        break;
    case WORKSPACE_GROUP:
        note_inner_state(workspace, path, &listing);
        add_loose_plans(workspace, &listing, path);
        search_group(workspace, files, path, &listing, depth);
        break;
    case WORKSPACE_OTHER_TREE:
        add_other_tree(workspace, path);
        break;
    case WORKSPACE_UNKNOWN:
        if (!is_gone(&error))
            report_gap(workspace, path, &error);
    }
}

static void mark_unique(struct workspace *workspace) {
    AUTO(string_map) names = {0};
    for (size_t i = 0; i < workspace->plan_count; i++) {
        size_t position = i;
        workspace->plans[i].is_unique = string_map_add(&names, workspace->plans[i].name, &position);
        if (!workspace->plans[i].is_unique)
            workspace->plans[position].is_unique = false;
    }
}

static void forget_plans(struct workspace *workspace) {
    diagnostics_release(&workspace->diagnostics);
    arena_release(&workspace->arena);
    workspace->plan_count = workspace->folder_count = workspace->other_tree_count = workspace->loose_count = 0;
    workspace->has_gaps = false;
    workspace->inner_state = NULL;
}

void workspace_search(struct workspace *workspace, const struct files *files) {
    forget_plans(workspace);
    search(workspace, files, "", 0);
    mark_unique(workspace);
}

bool workspace_enter(struct workspace *workspace, const char *root, struct error *error) {
    *workspace = (struct workspace){.files = FILES_CLOSED};
    workspace->root = realpath(root, NULL);
    if (!workspace->root)
        return error_set_system(error, errno, "cannot use %s as the workspace", root);
    if (!files_open(&workspace->files, workspace->root, error)) {
        workspace_release(workspace);
        return false;
    }
    return true;
}

bool workspace_open(struct workspace *workspace, const char *root, struct error *error) {
    if (!workspace_enter(workspace, root, error))
        return false;
    workspace_search(workspace, &workspace->files);
    return true;
}

void workspace_release(struct workspace *workspace) {
    forget_plans(workspace);
    files_close(&workspace->files);
    memory_free(workspace->root);
    memory_free(workspace->plans);
    memory_free(workspace->other_trees);
    memory_free(workspace->loose_plans);
    *workspace = (struct workspace){.files = FILES_CLOSED};
}

/* --- naming a plan --- */

enum match { MATCH_PATH, MATCH_NAME, MATCH_PREFIX, MATCH_PART, MATCH_KINDS };

static bool matches(const struct plan_place *plan, const char *text, enum match match) {
    switch (match) {
    case MATCH_PATH:
        return strcmp(plan->path, text) == 0;
    case MATCH_NAME:
        return strcmp(plan->name, text) == 0;
    case MATCH_PREFIX:
        return strncmp(plan->name, text, strlen(text)) == 0;
    default:
        return strcasestr(plan->name, text) != NULL;
    }
}

static bool set_ambiguous(const struct workspace *workspace, const char *text, enum match match, struct error *error) {
    enum { LISTED_MOST = 10 };
    AUTO(buffer) list = {0};
    size_t count = 0;
    for (size_t i = 0; i < workspace->plan_count; i++)
        if (matches(&workspace->plans[i], text, match) && count++ < LISTED_MOST)
            buffer_append_format(&list, "%s%s", list.length ? ", " : "", workspace->plans[i].path);
    if (count > LISTED_MOST)
        buffer_append_format(&list, " and %zu more", count - LISTED_MOST);
    error_set(error, ERROR_USAGE, "%s could be any of %zu plans: %s", text, count, buffer_text(&list));
    error_hint(error, "write the whole name, or the path of the plan's folder");
    return false;
}

static bool set_unknown(const struct workspace *workspace, const char *text, struct error *error) {
    if (workspace->has_gaps)
        return error_set(error, ERROR_IO, "the plan %s was not found, but not everything could be searched: %s", text,
                         workspace->diagnostics.items[0].message);
    AUTO_FREE const char **names = memory_allocate(workspace->plan_count, sizeof *names);
    for (size_t i = 0; i < workspace->plan_count; i++)
        names[i] = workspace->plans[i].name;
    const char *closest = text_closest(text, names, workspace->plan_count);
    error_set(error, ERROR_NOT_FOUND, "there is no plan %s in %s", text, workspace->root);
    if (closest)
        error_hint(error, "did you mean %s?", closest);
    else
        error_hint(error,
                   "\"batchctl status\" lists the plans; \"batchctl config show\" says why this is the workspace");
    return false;
}

/* "@PLAN_NAME.md" and "@NAME" -> "NAME"; "a/NAME/" -> "a/NAME". */
static char *normalize(const char *text) {
    struct span span = span_of(text);
    if (span_starts_with(span, "@"))
        span = span_skip(span, 1);
    struct span name = names_plan(span.data);
    if (name.length && !memchr(span.data, '/', span.length))
        span = name;
    while (span.length > 1 && span.data[span.length - 1] == '/')
        span.length--;
    struct buffer result = {0};
    buffer_append_span(&result, span);
    return result.data;
}

const struct plan_place *workspace_find(const struct workspace *workspace, const char *text, bool is_strict,
                                        struct error *error) {
    AUTO_FREE char *wanted = normalize(text);
    const struct plan_place *found = NULL;
    bool is_ambiguous = false;
    for (enum match match = MATCH_PATH; match < MATCH_KINDS && !found && wanted[0]; match++) {
        if (match == MATCH_PART && is_strict)
            break;
        for (size_t i = 0; i < workspace->plan_count; i++) {
            if (!matches(&workspace->plans[i], wanted, match))
                continue;
            is_ambiguous |= found != NULL;
            found = &workspace->plans[i];
        }
        if (is_ambiguous) {
            set_ambiguous(workspace, wanted, match, error);
            return NULL;
        }
    }
    if (!found)
        set_unknown(workspace, wanted, error);
    return found;
}

const char *workspace_reference(const struct plan_place *plan) {
    return plan->is_unique ? plan->name : plan->path;
}

const struct plan_place *workspace_plan_around(const struct workspace *workspace, const char *path) {
    for (size_t i = 0; i < workspace->plan_count; i++) {
        struct span span = span_of(path);
        size_t length = strlen(workspace->plans[i].path);
        if (span_starts_with(span, workspace->plans[i].path) && (path[length] == '\0' || path[length] == '/'))
            return &workspace->plans[i];
    }
    return NULL;
}

const struct plan *workspace_take_plan(const struct plan_place *place, const struct files *files) {
    if (place->snapshot)
        return place->snapshot;
    struct plan *plan = memory_allocate(1, sizeof *plan);
    plan_load(plan, files, place->path);
    plan_set_reference(plan, workspace_reference(place));
    return plan;
}

void workspace_return_plan(const struct plan_place *place, const struct plan *plan) {
    if (plan == place->snapshot)
        return;
    struct plan *loaded = (struct plan *)plan; /* by workspace_take_plan */
    plan_release(loaded);
    memory_free(loaded);
}
