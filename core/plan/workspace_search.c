#include "plan/workspace_search.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/memory.h"
#include "disk/state_dir.h"
#include "document/names.h"
#include "plan/plan.h"

/* --- folders --- */

/* What the search has to know of a folder or a file. */
struct look {
    mode_t mode;
    uid_t owner;
    uint32_t device_major, device_minor;
    uint64_t inode, mount; /* the mount is 0 where the kernel does not tell */
};

/* @flags: AT_SYMLINK_NOFOLLOW, or 0. */
static bool look_at(const char *path, int flags, struct look *look) {
    struct statx status;
    if (files_statx(AT_FDCWD, path, flags | AT_NO_AUTOMOUNT,
                    STATX_TYPE | STATX_MODE | STATX_UID | STATX_INO | STATX_MNT_ID, &status))
        return false;
    *look = (struct look){status.stx_mode,      status.stx_uid, status.stx_dev_major,
                          status.stx_dev_minor, status.stx_ino, status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0};
    return true;
}

static bool is_same_folder(const struct look *a, const struct look *b) {
    return a->device_major == b->device_major && a->device_minor == b->device_minor && a->inode == b->inode;
}

static bool is_same_mount(const struct look *a, const struct look *b) {
    return a->device_major == b->device_major && a->device_minor == b->device_minor && a->mount == b->mount;
}

static char *path_in(const char *folder, const char *name) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/%s", folder, name);
    return path.data;
}

static char *parent_of(const char *path) {
    const char *slash = strrchr(path, '/');
    return slash == path ? memory_copy("/") : memory_copy_part(path, (size_t)(slash - path));
}

/* --- the walk --- */

struct step {
    char *folder;
    struct look look;
};

/* From the working directory outward; the last step is the top. */
struct walk {
    const struct workspace_search *search;
    uid_t start_owner;
    struct look home; /* of inode 0 if there is none */
    struct step *steps;
    size_t count, capacity;
    enum workspace_boundary boundary;
    int failure; /* errno; with BOUNDARY_UNKNOWN */
};

static bool is_own(const struct walk *walk, uid_t owner) {
    const struct workspace_search *search = walk->search;
    return owner == search->user || (search->user == 0 && (owner == search->sudo_user || owner == walk->start_owner));
}

static bool has_own_git(const struct walk *walk, const char *folder) {
    struct look look;
    AUTO_FREE char *path = path_in(folder, WORKSPACE_GIT);
    return look_at(path, AT_SYMLINK_NOFOLLOW, &look) && is_own(walk, look.owner);
}

/* Does the walk end before the folder? Then its boundary says why. */
static bool ends_before(struct walk *walk, const char *folder, const struct look *look) {
    const struct step *last = walk->count ? &walk->steps[walk->count - 1] : NULL;
    bool is_home = walk->home.inode && is_same_folder(look, &walk->home);
    bool is_shared = (look->mode & S_ISVTX) && (look->mode & S_IWOTH);
    if (strcmp(folder, "/") == 0 || is_home)
        walk->boundary = is_home ? BOUNDARY_HOME : BOUNDARY_SLASH;
    else if (last && !is_same_mount(look, &last->look))
        walk->boundary = BOUNDARY_MOUNT;
    else if (is_shared)
        walk->boundary = BOUNDARY_SHARED;
    else if (!is_own(walk, look->owner))
        walk->boundary = BOUNDARY_FOREIGN;
    else
        return false;
    return true;
}

/* Takes @folder. Returns whether the walk goes on. */
static bool take_step(struct walk *walk, char *folder) {
    struct look look;
    if (!look_at(folder, AT_SYMLINK_NOFOLLOW, &look)) {
        walk->failure = errno;
        walk->boundary = BOUNDARY_UNKNOWN;
        memory_free(folder);
        return false;
    }
    if (walk->count == 0)
        walk->start_owner = look.owner;
    if (ends_before(walk, folder, &look)) {
        memory_free(folder);
        return false;
    }
    *LIST_ADD(walk->steps, walk->count, walk->capacity) = (struct step){folder, look};
    walk->boundary = BOUNDARY_TREE;
    return true;
}

/* To the boundary, or to the first folder with state. Returns whether there is one, as the last step. */
static bool find_state(struct walk *walk) {
    if (walk->search->home)
        look_at(walk->search->home, 0, &walk->home);
    for (char *folder = memory_copy(walk->search->start); take_step(walk, folder); folder = parent_of(folder)) {
        if (state_dir_is_mine(folder, walk->search->user))
            return true;
        if (has_own_git(walk, folder))
            break;
    }
    return false;
}

static void release_walk(struct walk *walk) {
    for (size_t i = 0; i < walk->count; i++)
        memory_free(walk->steps[i].folder);
    memory_free(walk->steps);
}

/* --- the configured root --- */

static bool is_beneath(const char *path, const char *folder) {
    size_t length = strcmp(folder, "/") == 0 ? 0 : strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* It may lead over links, and lie beyond the boundary, but not beyond the top of a working tree. */
static bool configured_holds_start(const struct walk *walk) {
    const char *configured = walk->search->configured;
    struct look look;
    if (!configured || !look_at(configured, 0, &look) || !S_ISDIR(look.mode))
        return false;
    for (size_t i = 0; i < walk->count; i++)
        if (is_same_folder(&look, &walk->steps[i].look))
            return true;
    return walk->boundary != BOUNDARY_TREE && is_beneath(walk->search->start, configured);
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
    return files_kind(files, arena_format(arena, "%s/" WORKSPACE_GIT, path)) != FILE_ABSENT;
}

/* @has_plan: it has the PLAN file that its name requires. */
static enum workspace_folder list_folder(const struct files *files, const char *path, bool has_plan,
                                         struct listing *listing, struct span *name, struct error *error) {
    *name = span_of(last_component(path));
    if (!files_list(files, path, listing, error))
        return WORKSPACE_UNKNOWN;
    if (path[0] == '\0')
        return WORKSPACE_GROUP;
    if (listing_find(listing, WORKSPACE_GIT))
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
static bool has_passed_plan(const struct walk *walk, size_t step) {
    for (size_t i = step; i-- > 0 && step - i <= WORKSPACE_DEPTH_MOST;) {
        AUTO(arena) arena = {0};
        struct look look;
        const char *folder = walk->steps[i].folder, *name = last_component(folder);
        bool is_plan = name[0] != '.' &&
                       look_at(arena_format(&arena, "%s/PLAN_%s.md", folder, name), AT_SYMLINK_NOFOLLOW, &look) &&
                       S_ISREG(look.mode);
        if (is_plan || name[0] == '.')
            return is_plan;
    }
    return false;
}

static bool step_reaches_plans(const struct walk *walk, size_t step) {
    assert(walk->steps && step < walk->count);
    return has_passed_plan(walk, step) || reaches_plans(walk->steps[step].folder);
}

/* Is there an own folder of this path below @top? @is_link: a link is in its place, or in that of a folder before it.
 */
static bool has_folder(const struct walk *walk, const char *top, const char *path, bool *is_link) {
    struct look look;
    AUTO_FREE char *outer = parent_of(path);
    bool is_there = look_at(path, AT_SYMLINK_NOFOLLOW, &look);
    *is_link = is_there && S_ISLNK(look.mode);
    bool is_folder = is_there && S_ISDIR(look.mode) && is_own(walk, look.owner);
    if (is_folder && strcmp(outer, top) != 0 && look_at(outer, AT_SYMLINK_NOFOLLOW, &look))
        *is_link = S_ISLNK(look.mode);
    return is_folder && !*is_link;
}

/* Takes @path. Returns whether it is the workspace. */
static bool try_usual_place(const struct walk *walk, char *path, struct workspace_found *found) {
    bool is_link = false, is_there = false, has_plans = false;
    for (size_t i = 0; i < walk->count && !is_there; i++) {
        is_there = strcmp(walk->steps[i].folder, path) == 0; /* the working directory lies in it */
        has_plans = is_there && step_reaches_plans(walk, i);
    }
    if (!is_there) {
        is_there = has_folder(walk, found->top, path, &is_link);
        has_plans = is_there && (reaches_plans(path) || state_dir_is_mine(path, walk->search->user));
    }
    char **kept = has_plans ? &found->folder : is_there ? &found->empty : is_link ? &found->link : NULL;
    if (kept && !*kept)
        *kept = path;
    else
        memory_free(path);
    return has_plans;
}

static bool search_usual_places(const struct walk *walk, struct workspace_found *found) {
    static const char *const usual[] = {"work-space/plans", "plans", "docs/plans"};
    for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
        if (try_usual_place(walk, path_in(found->top, usual[i]), found))
            return true;
    return false;
}

static bool search_outermost(const struct walk *walk, struct workspace_found *found) {
    for (size_t i = walk->count - 1; i-- > 0 && !found->folder;)
        if (step_reaches_plans(walk, i))
            found->folder = memory_copy(walk->steps[i].folder);
    return found->folder;
}

static enum workspace_reason search_walk(const struct walk *walk, struct workspace_found *found) {
    if (configured_holds_start(walk)) {
        found->folder = memory_copy(walk->search->configured);
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
    struct walk walk = {.search = search};
    bool has_state = find_state(&walk);
    *found =
        (struct workspace_found){.reason = WORKSPACE_HAS_STATE, .boundary = walk.boundary, .failure = walk.failure};
    if (walk.count)
        found->top = memory_copy(walk.steps[walk.count - 1].folder);
    if (has_state)
        found->folder = memory_copy(found->top);
    else
        found->reason = search_walk(&walk, found);
    release_walk(&walk);
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
