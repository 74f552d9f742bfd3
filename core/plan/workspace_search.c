#include "plan/workspace_search.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/path.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "plan/plan.h"

/* --- the walk --- */

/* To the boundary, or to the first folder with state. Returns whether there is one, as the last step. */
static bool find_state(struct upward_walk *walk, const char *start) {
    for (char *folder = memory_copy(start); upward_walk_step(walk, folder); folder = path_parent(folder)) {
        if (state_dir_is_mine(folder, walk->limits->user))
            return true;
        if (upward_walk_at_tree(walk))
            break;
    }
    return false;
}

/* --- the configured root --- */

static bool is_beneath(const char *path, const char *folder) {
    size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* It may lead over links, and lie beyond the boundary, but not beyond the top of a working tree. */
static bool configured_holds_start(const struct upward_walk *walk, const struct workspace_search *search) {
    const char *configured = search->configured;
    struct walk_look look;
    if (!configured || !walk_look_at(configured, 0, &look) || !S_ISDIR(look.mode))
        return false;
    for (size_t i = 0; i < walk->count; i++)
        if (walk_is_same_folder(&look, &walk->steps[i].look))
            return true;
    return walk->boundary != BOUNDARY_TREE && is_beneath(search->start, configured);
}

/* --- downward --- */

static const char *last_component(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

/* Does the folder have the PLAN file that its name requires? Does not list it. @error is set if that is unknown. */
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
        has_company |= entry->is_regular && names_is_dependency_file(entry->name);
        has_company |=
            entry->is_folder && (strcmp(entry->name, "subplans") == 0 || strcmp(entry->name, "execution") == 0);
    }
    if (plan_files != 1)
        *name = span_of(last_component(path));
    return plan_files > 0 && has_company;
}

static bool is_tree(const struct files *files, struct arena *arena, const char *path) {
    return files_kind(files, arena_format(arena, "%s/" WORKING_TREE_GIT, path)) != FILE_ABSENT;
}

/* @has_plan: it has the PLAN file that its name requires. */
static enum workspace_folder list_folder(const struct files *files, const char *path, bool has_plan,
                                         struct listing *listing, struct span *name, struct error *error) {
    *name = span_of(last_component(path));
    if (!files_list(files, path, listing, error))
        return WORKSPACE_UNKNOWN;
    if (path[0] == '\0')
        return WORKSPACE_GROUP;
    if (listing_find(listing, WORKING_TREE_GIT))
        return WORKSPACE_OTHER_TREE;
    return has_plan || is_listed_plan(listing, path, name) ? WORKSPACE_PLAN : WORKSPACE_GROUP;
}

enum workspace_folder workspace_look(const struct files *files, struct arena *arena, const char *path,
                                     struct listing *listing, struct span *name, struct error *error) {
    bool has_plan = path[0] && has_own_plan(files, arena, path, error);
    if (error->code)
        return WORKSPACE_UNKNOWN;
    *name = span_of(last_component(path));
    if (has_plan && !is_tree(files, arena, path))
        return WORKSPACE_PLAN;
    /* listed also where there is a .git: a watcher has to see it go */
    return list_folder(files, path, has_plan, listing, name, error);
}

bool workspace_may_be_group(const struct listing_entry *entry) {
    return entry->is_folder && entry->name[0] != '.';
}

struct queue {
    struct arena arena;
    const char **paths;
    size_t count, capacity;
};

static void queue_release(struct queue *queue) {
    memory_free(queue->paths);
    arena_release(&queue->arena);
}

/* Takes no more than are looked at. */
static void queue_path(struct queue *queue, const char *path) {
    if (queue->count < WORKSPACE_SEARCH_FOLDERS_MOST)
        *LIST_ADD(queue->paths, queue->count, queue->capacity) = path;
}

static size_t depth_of(const char *path) {
    size_t depth = path[0] != '\0';
    for (const char *byte = path; *byte; byte++)
        depth += *byte == '/';
    return depth;
}

/* Returns whether one of the folders has the PLAN file that its name requires, which costs least to see. */
static bool queue_groups(struct queue *queue, const struct files *files, const char *path,
                         const struct listing *listing) {
    size_t first = queue->count;
    for (size_t i = 0; i < listing->count; i++)
        if (workspace_may_be_group(&listing->entries[i]))
            queue_path(queue,
                       arena_format(&queue->arena, "%s%s%s", path, path[0] ? "/" : "", listing->entries[i].name));
    for (size_t i = first; i < queue->count; i++) {
        AUTO(error) error = {0};
        if (has_own_plan(files, &queue->arena, queue->paths[i], &error) &&
            !is_tree(files, &queue->arena, queue->paths[i]))
            return true;
    }
    return false;
}

/* Looks at one folder, and notes those in it. Returns whether there is a plan among them. */
static bool reaches_plan_at(struct queue *queue, const struct files *files, const char *path) {
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    struct span name;
    enum workspace_folder kind = list_folder(files, path, false, &listing, &name, &error);
    if (kind != WORKSPACE_GROUP || depth_of(path) == WORKSPACE_DEPTH_MOST)
        return kind == WORKSPACE_PLAN;
    return queue_groups(queue, files, path, &listing);
}

/* Breadth first, as plans lie near the top and other things may lie deep. */
static bool reaches_plans(const char *folder) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    AUTO(queue) queue = {0};
    if (!files_open(&files, folder, &error))
        return false;
    queue_path(&queue, "");
    for (size_t i = 0; i < queue.count; i++)
        if (reaches_plan_at(&queue, &files, queue.paths[i]))
            return true;
    return false;
}

/* Is one of the folders that the walk has passed below @step a plan? Then nothing else has to be looked at. */
static bool has_passed_plan(const struct upward_walk *walk, size_t step) {
    for (size_t i = step; i-- > 0 && step - i <= WORKSPACE_DEPTH_MOST;) {
        AUTO(arena) arena = {0};
        struct walk_look look;
        const char *folder = walk->steps[i].folder, *name = last_component(folder);
        bool is_plan = name[0] != '.' &&
                       walk_look_at(arena_format(&arena, "%s/PLAN_%s.md", folder, name), AT_SYMLINK_NOFOLLOW, &look) &&
                       S_ISREG(look.mode);
        if (is_plan || name[0] == '.')
            return is_plan;
    }
    return false;
}

static bool step_reaches_plans(const struct upward_walk *walk, size_t step) {
    assert(walk->steps && step < walk->count);
    return has_passed_plan(walk, step) || reaches_plans(walk->steps[step].folder);
}

/* Is there an own folder of this path below @top? @is_link: a link is in its place, or in that of a folder before it.
 */
static bool has_folder(const struct upward_walk *walk, const char *top, const char *path, bool *is_link) {
    struct walk_look look;
    AUTO_FREE char *outer = path_parent(path);
    bool is_there = walk_look_at(path, AT_SYMLINK_NOFOLLOW, &look);
    *is_link = is_there && S_ISLNK(look.mode);
    bool is_folder = is_there && S_ISDIR(look.mode) && upward_walk_is_own(walk, look.owner);
    if (is_folder && strcmp(outer, top) != 0 && walk_look_at(outer, AT_SYMLINK_NOFOLLOW, &look))
        *is_link = S_ISLNK(look.mode);
    return is_folder && !*is_link;
}

/* Takes @path. Returns whether it is the workspace. */
static bool try_usual_place(const struct upward_walk *walk, char *path, struct workspace_found *found) {
    bool is_link = false, is_there = false, has_plans = false;
    for (size_t i = 0; i < walk->count && !is_there; i++) {
        is_there = strcmp(walk->steps[i].folder, path) == 0; /* the working directory lies in it */
        has_plans = is_there && step_reaches_plans(walk, i);
    }
    if (!is_there) {
        is_there = has_folder(walk, found->top, path, &is_link);
        has_plans = is_there && (reaches_plans(path) || state_dir_is_mine(path, walk->limits->user));
    }
    char **kept = has_plans ? &found->folder : is_there ? &found->empty : is_link ? &found->link : NULL;
    if (kept && !*kept)
        *kept = path;
    else
        memory_free(path);
    return has_plans;
}

static bool search_usual_places(const struct upward_walk *walk, struct workspace_found *found) {
    static const char *const usual[] = {"work-space/plans", "plans", "docs/plans"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (try_usual_place(walk, path_in(found->top, usual[i]), found))
            return true;
    return false;
}

static bool search_outermost(const struct upward_walk *walk, struct workspace_found *found) {
    for (size_t i = walk->count - 1; i-- > 0 && !found->folder;)
        if (step_reaches_plans(walk, i))
            found->folder = memory_copy(walk->steps[i].folder);
    return found->folder;
}

static enum workspace_reason search_walk(const struct upward_walk *walk, const struct workspace_search *search,
                                         struct workspace_found *found) {
    if (configured_holds_start(walk, search)) {
        found->folder = memory_copy(search->configured);
        return WORKSPACE_CONFIGURED;
    }
    if (!found->top)
        return WORKSPACE_NOT_FOUND;
    if (search_usual_places(walk, found))
        return WORKSPACE_USUAL_PLACE;
    if (step_reaches_plans(walk, walk->count - 1)) {
        found->folder = memory_copy(found->top);
        return WORKSPACE_TOP;
    }
    return search_outermost(walk, found) ? WORKSPACE_OUTERMOST : WORKSPACE_NOT_FOUND;
}

void workspace_search_from(const struct workspace_search *search, struct workspace_found *found) {
    AUTO(upward_walk) walk = {.limits = &search->limits};
    bool has_state = find_state(&walk, search->start);
    *found =
        (struct workspace_found){.reason = WORKSPACE_HAS_STATE, .boundary = walk.boundary, .failure = walk.failure};
    if (walk.count)
        found->top = memory_copy(walk.steps[walk.count - 1].folder);
    if (has_state)
        found->folder = memory_copy(found->top);
    else
        found->reason = search_walk(&walk, search, found);
}

void workspace_found_release(struct workspace_found *found) {
    memory_free(found->folder);
    memory_free(found->top);
    memory_free(found->empty);
    memory_free(found->link);
    *found = (struct workspace_found){0};
}

/* --- in words --- */

/* "the top of the git working tree /a", "the outermost folder of the search, /a" */
static void append_top(struct buffer *text, const struct workspace_found *found) {
    bool is_tree = found->boundary == BOUNDARY_TREE;
    buffer_append_format(text, "%s%s", is_tree ? "the top of the git working tree " : "the outermost folder searched, ",
                         found->top);
}

void workspace_found_explain(const struct workspace_found *found, struct buffer *text) {
    switch (found->reason) {
    case WORKSPACE_HAS_STATE:
        buffer_append_string(text, "the nearest folder with state of this user");
        break;
    case WORKSPACE_CONFIGURED:
        buffer_append_string(text, "it is configured, and holds the working directory");
        break;
    case WORKSPACE_USUAL_PLACE:
        buffer_append_format(text, "%s in ", found->folder + strlen(found->top) + 1);
        append_top(text, found);
        break;
    case WORKSPACE_TOP:
        buffer_append_string(text, "plans below ");
        append_top(text, found);
        break;
    default:
        buffer_append_string(text, "the outermost folder above the working directory with plans");
    }
}

void workspace_found_explain_end(const struct workspace_found *found, struct buffer *text) {
    static const char *const forms[] = {
        [BOUNDARY_TREE] = "the top of a git working tree",
        [BOUNDARY_HOME] = "as %s is the home folder",
        [BOUNDARY_SLASH] = "as %s is /",
        [BOUNDARY_MOUNT] = "a mount point",
        [BOUNDARY_FOREIGN] = "as %s belongs to another user",
        [BOUNDARY_SHARED] = "as all users can write in %s",
        [BOUNDARY_UNKNOWN] = "as %s cannot be looked at",
    };
    const char *form = forms[found->boundary], *place = strstr(form, "%s");
    buffer_append_format(text, "the search ended %s%s, ", found->top ? "at " : "at once", found->top ? found->top : "");
    buffer_append(text, form, place ? (size_t)(place - form) : strlen(form));
    if (place)
        buffer_append_format(text, "%s%s", found->top ? "the folder above" : "the working directory", place + 2);
    if (found->boundary == BOUNDARY_UNKNOWN)
        buffer_append_format(text, ": %s", strerrordesc_np(found->failure));
    if (found->link)
        buffer_append_format(text, "; %s is a link, or lies behind one, and the search follows none", found->link);
}
