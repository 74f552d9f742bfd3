#include "workspace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "index.h"
#include "names.h"
#include "plan.h"
#include "text.h"

/* --- folders above --- */

static bool has_state_folder(const char *folder) {
    struct arena arena = {0};
    struct stat status;
    bool found = lstat(arena_format(&arena, "%s/%s", folder, WORKSPACE_STATE_FOLDER), &status) == 0 &&
                 S_ISDIR(status.st_mode) && status.st_uid == geteuid();
    arena_release(&arena);
    return found;
}

/* A copy of the folder above @path; NULL above "/". */
static char *parent_of(const char *path) {
    const char *slash = strrchr(path, '/');
    if (path[1] == '\0')
        return NULL;
    struct buffer parent = {0};
    buffer_append(&parent, path, slash == path ? 1 : (size_t)(slash - path));
    return parent.data;
}

typedef bool test_folder(struct buffer *folder);

/* The nearest folder from @here upward that passes; the test may go on from it ("" becomes "/work-space/plans"). */
static char *nearest(const char *here, test_folder *passes) {
    for (char *folder = memory_copy(here), *above; folder; folder = above) {
        struct buffer found = {0};
        buffer_append_string(&found, folder);
        above = parent_of(folder);
        memory_free(folder);
        if (passes(&found)) {
            memory_free(above);
            return found.data;
        }
        buffer_release(&found);
    }
    return NULL;
}

static bool is_state_holder(struct buffer *folder) {
    return has_state_folder(folder->data);
}

/* --- finding plans --- */

static const char *last_component(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

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

/* Does the folder have a PLAN file of its own name? Told without listing it. @error is set if it cannot be told. */
static bool has_own_plan(const struct files *files, struct arena *arena, const char *path, struct error *error) {
    if (last_component(path)[0] == '.')
        return false;
    const char *name = arena_format(arena, "%s/PLAN_%s.md", path, last_component(path));
    enum file_kind kind;
    return files_look(files, name, &kind, NULL, error) && kind == FILE_REGULAR;
}

/* Any PLAN file beside what belongs to a plan. The name of the only one in @name, or the folder's. */
static bool is_listed_plan(const struct listing *listing, const char *path, struct span *name) {
    size_t plan_files = 0;
    bool has_company = false;
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_entry *entry = &listing->entries[i];
        struct span found = names_plan(entry->name);
        if (found.length && entry->is_regular) {
            plan_files++;
            *name = found;
        }
        has_company |= entry->is_regular && plan_is_dependency_name(entry->name);
        has_company |=
            entry->is_folder && (strcmp(entry->name, "subplans") == 0 || strcmp(entry->name, "execution") == 0);
    }
    if (plan_files != 1)
        *name = span_of(last_component(path));
    return plan_files > 0 && has_company;
}

static void add_plan(struct workspace *workspace, const char *path, struct span name) {
    if (workspace->plan_count == WORKSPACE_PLANS_MOST)
        return;
    workspace->plans =
        memory_grow(workspace->plans, &workspace->plan_capacity, workspace->plan_count + 1, sizeof *workspace->plans);
    workspace->plans[workspace->plan_count++] = (struct plan_place){
        .name = arena_copy(&workspace->arena, name.data, name.length), .path = path, .is_unique = true};
}

static void add_loose_plans(struct workspace *workspace, const struct listing *listing, const char *path) {
    for (size_t i = 0; i < listing->count; i++) {
        const struct listing_entry *entry = &listing->entries[i];
        if (!entry->is_regular || names_plan(entry->name).length == 0)
            continue;
        workspace->loose_plans = memory_grow(workspace->loose_plans, &workspace->loose_capacity,
                                             workspace->loose_count + 1, sizeof *workspace->loose_plans);
        workspace->loose_plans[workspace->loose_count++] = join(&workspace->arena, path, entry->name);
    }
}

/* A folder that could not be searched. One that is not ours to read has no plans of ours; any other may. */
static void report_gap(struct workspace *workspace, const char *path, struct error *error) {
    if (error->system_errno != EACCES && error->system_errno != EPERM)
        workspace->has_gaps = true;
    report(&workspace->diagnostics, path, error);
}

/* Recursion is bounded by WORKSPACE_DEPTH_MOST. */
static void search(struct workspace *workspace, const struct files *files, const char *path, unsigned depth) {
    struct listing listing = {0};
    struct error error = {0};
    struct span name;
    if (path[0] && has_own_plan(files, &workspace->arena, path, &error)) {
        add_plan(workspace, path, span_of(last_component(path)));
        return;
    }
    if (error.code) {
        report_gap(workspace, path, &error);
        return;
    }
    if (workspace->folder_count++ >= WORKSPACE_FOLDERS_MOST) {
        if (workspace->folder_count == WORKSPACE_FOLDERS_MOST + 1) {
            error_set(&error, ERROR_USAGE, "only the first %d folders were searched for plans", WORKSPACE_FOLDERS_MOST);
            report(&workspace->diagnostics, path, &error);
        }
        return;
    }
    if (!files_list(files, path, &listing, &error)) {
        bool is_gone = error.code == ERROR_NOT_FOUND || error.system_errno == ELOOP || error.system_errno == ENOTDIR;
        if (!is_gone) /* a file or link may have its name since the folder above was listed */
            report_gap(workspace, path, &error);
        error_release(&error);
    } else if (path[0] && is_listed_plan(&listing, path, &name)) {
        add_plan(workspace, path, name);
    } else if (depth < WORKSPACE_DEPTH_MOST) {
        add_loose_plans(workspace, &listing, path);
        const struct listing_entry *state = listing_find(&listing, WORKSPACE_STATE_FOLDER);
        if (path[0] && state && state->is_folder)
            workspace->other_state =
                arena_format(&workspace->arena, "%s/%s/%s", workspace->root, path, WORKSPACE_STATE_FOLDER);
        for (size_t i = 0; i < listing.count; i++)
            if (listing.entries[i].is_folder && listing.entries[i].name[0] != '.')
                search(workspace, files, join(&workspace->arena, path, listing.entries[i].name), depth + 1);
    }
    listing_release(&listing);
}

static void mark_unique(struct workspace *workspace) {
    struct index names = {0};
    for (size_t i = 0; i < workspace->plan_count; i++) {
        size_t position = i;
        workspace->plans[i].is_unique = index_add(&names, workspace->plans[i].name, &position);
        if (!workspace->plans[i].is_unique)
            workspace->plans[position].is_unique = false;
    }
    index_release(&names);
}

static void find_outer_state(struct workspace *workspace) {
    char *above = parent_of(workspace->root);
    char *outer = above ? nearest(above, is_state_holder) : NULL;
    if (outer)
        workspace->other_state = arena_format(&workspace->arena, "%s/%s", outer, WORKSPACE_STATE_FOLDER);
    memory_free(above);
    memory_free(outer);
}

static void forget_plans(struct workspace *workspace) {
    diagnostics_release(&workspace->diagnostics);
    arena_release(&workspace->arena);
    workspace->plan_count = workspace->folder_count = workspace->loose_count = 0;
    workspace->has_gaps = false;
    workspace->other_state = NULL;
}

void workspace_search(struct workspace *workspace, const struct files *files) {
    forget_plans(workspace);
    find_outer_state(workspace);
    search(workspace, files, "", 0);
    mark_unique(workspace);
}

bool workspace_enter(struct workspace *workspace, const char *root, struct error *error) {
    *workspace = (struct workspace){.files = FILES_CLOSED};
    workspace->root = realpath(root, NULL);
    if (!workspace->root)
        return error_set_system(error, errno, "cannot use %s as the plans root", root);
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
    struct buffer list = {0};
    size_t count = 0;
    for (size_t i = 0; i < workspace->plan_count; i++)
        if (matches(&workspace->plans[i], text, match) && count++ < LISTED_MOST)
            buffer_append_format(&list, "%s%s", list.length ? ", " : "", workspace->plans[i].path);
    if (count > LISTED_MOST)
        buffer_append_format(&list, " and %zu more", count - LISTED_MOST);
    error_set(error, ERROR_USAGE, "%s could be any of %zu plans: %s", text, count, buffer_text(&list));
    error_hint(error, "write the whole name, or the path of the plan's folder");
    buffer_release(&list);
    return false;
}

static bool set_unknown(const struct workspace *workspace, const char *text, struct error *error) {
    if (workspace->has_gaps)
        return error_set(error, ERROR_IO, "the plan %s was not found, but not everything could be searched: %s", text,
                         workspace->diagnostics.items[0].message);
    const char **names = memory_allocate(workspace->plan_count, sizeof *names);
    for (size_t i = 0; i < workspace->plan_count; i++)
        names[i] = workspace->plans[i].name;
    const char *closest = text_closest(text, names, workspace->plan_count);
    error_set(error, ERROR_NOT_FOUND, "there is no plan %s in %s", text, workspace->root);
    if (closest)
        error_hint(error, "did you mean %s?", closest);
    else
        error_hint(error, "\"batchctl status\" lists the plans");
    memory_free(names);
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
    char *wanted = normalize(text);
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
            memory_free(wanted);
            return NULL;
        }
    }
    if (!found)
        set_unknown(workspace, wanted, error);
    memory_free(wanted);
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

/* --- finding the root --- */

/* Is one of the folder's folders a plan, or does it have several and each of them holds one? */
static bool looks_like_root(const char *folder) {
    struct files files;
    struct listing listing = {0};
    struct arena arena = {0};
    struct error error = {0};
    size_t plans = 0, groups = 0, others = 0;
    if (files_open(&files, folder, &error) && files_list(&files, "", &listing, &error)) {
        for (size_t i = 0; i < listing.count && plans == 0; i++)
            if (listing.entries[i].is_folder && has_own_plan(&files, &arena, listing.entries[i].name, &error))
                plans++;
        for (size_t i = 0; i < listing.count && plans == 0 && others == 0; i++) {
            const struct listing_entry *entry = &listing.entries[i];
            if (!entry->is_folder || entry->name[0] == '.')
                continue;
            struct listing inner = {0};
            struct span name;
            size_t held = 0;
            if (files_list(&files, entry->name, &inner, &error)) {
                if (is_listed_plan(&inner, entry->name, &name))
                    plans++;
                for (size_t k = 0; k < inner.count && held == 0; k++)
                    held += inner.entries[k].is_folder &&
                            has_own_plan(&files, &arena, join(&arena, entry->name, inner.entries[k].name), &error);
            }
            listing_release(&inner);
            groups += held > 0;
            others += held == 0;
        }
    }
    error_release(&error);
    listing_release(&listing);
    arena_release(&arena);
    files_close(&files);
    return plans > 0 || (groups > 1 && others == 0);
}

static uint64_t mount_of(const char *path) {
    struct statx status;
    return statx(AT_FDCWD, path, AT_SYMLINK_NOFOLLOW, STATX_MNT_ID, &status) == 0 ? status.stx_mnt_id : 0;
}

static bool has_work_space(struct buffer *folder) {
    struct stat status;
    buffer_append_string(folder, folder->length > 1 ? "/work-space/plans" : "work-space/plans");
    return stat(folder->data, &status) == 0 && S_ISDIR(status.st_mode);
}

static char *outermost(const char *here, const char *home) {
    char *found = NULL;
    uint64_t mount = mount_of(here);
    for (char *folder = memory_copy(here), *above; folder; folder = above) {
        bool is_last = home && strcmp(folder, home) == 0;
        above = is_last ? NULL : parent_of(folder);
        if (above && mount_of(above) != mount) {
            memory_free(above);
            above = NULL;
        }
        if (looks_like_root(folder)) {
            memory_free(found);
            found = folder;
        } else {
            memory_free(folder);
        }
    }
    return found;
}

static bool reaches_plans(const char *here) {
    struct workspace workspace;
    struct error error = {0};
    bool found = workspace_open(&workspace, here, &error) && workspace.plan_count > 0;
    error_release(&error);
    workspace_release(&workspace);
    return found;
}

char *workspace_find_root(const char *here, const char *home) {
    char *found = nearest(here, is_state_holder);
    if (!found)
        found = nearest(here, has_work_space);
    if (!found)
        found = outermost(here, home);
    bool is_everything = strcmp(here, "/") == 0 || (home && strcmp(here, home) == 0);
    if (!found && !is_everything && reaches_plans(here))
        found = memory_copy(here);
    return found;
}
