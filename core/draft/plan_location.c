#include "draft/plan_location.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "plan/workspace_search.h"

/* What stands in a plan's folder beside its two files. */
static const char *const inner_folders[] = {"subplans", "execution", "execution/feedbacks"};
enum { INNER_FOLDERS = sizeof inner_folders / sizeof *inner_folders };

const char *plan_location_name_fault(const char *name) {
    static const char *const reserved[] = {"subplans", "execution", "feedbacks"};
    size_t length = strlen(name);
    if (length == 0)
        return "it is empty";
    if (length > PLAN_LOCATION_NAME_BYTES_MOST)
        return "it is longer than 100 bytes";
    if (name[0] == '-')
        return "it begins with '-', as options do";
    if (strncmp(name, "PLAN_", 5) == 0)
        return "batchctl adds \"PLAN_\" itself";
    for (size_t i = 0; i < sizeof reserved / sizeof *reserved; i++)
        if (strcmp(name, reserved[i]) == 0)
            return "folders of plans have that name";
    if (text_valid_length(span_of(name)) < length)
        return "it is not valid UTF-8";
    for (size_t i = 0; i < length; i++) {
        unsigned char byte = (unsigned char)name[i];
        bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z');
        if (!is_plain && byte < 0x80 && byte != '-' && byte != '_')
            return "only letters, digits, '-' and '_' are allowed";
        if (byte == 0xC2 && (unsigned char)name[i + 1] < 0xA1)
            return "it has a control character or a blank that cannot be seen";
    }
    return NULL;
}

static bool check_name(const char *name, const char *what, struct error *error) {
    const char *fault = plan_location_name_fault(name);
    if (!fault)
        return true;
    error_set(error, ERROR_USAGE, "\"%s\" cannot be the name of a new %s: %s", name, what, fault);
    return error_hint(error, "a name such as MY-PLAN, or group/MY-PLAN for one in a group");
}

/* --- the existing files --- */

static bool is_beneath(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && path[length] == '/';
}

static bool fail_there(const struct plan_place *plan, struct error *error) {
    AUTO(buffer) folder = {0};
    buffer_append_format(&folder, "%s/", plan->path);
    error_set(error, ERROR_CONFLICT, "there is a plan %s already, in %s", plan->name, folder.data);
    error_about(error, folder.data);
    return error_hint(error, "choose another name; \"batchctl init --graph %s\" writes a parallel.json it may lack",
                      plan->path);
}

static bool check_plans(const struct plan_location *location, const struct workspace *workspace, struct error *error) {
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const struct plan_place *plan = &workspace->plans[i];
        if (strcmp(plan->name, location->name) == 0 || strcmp(plan->path, location->path) == 0)
            return fail_there(plan, error);
        if (is_beneath(location->path, plan->path))
            return error_set(error, ERROR_CONFLICT, "%s would be inside the plan %s: plans hold no plans",
                             location->path, plan->path) ||
                   error_about(error, plan->path);
        if (is_beneath(plan->path, location->path))
            return error_set(error, ERROR_CONFLICT, "%s is a group that holds the plan %s, and cannot be a plan itself",
                             location->path, plan->path) ||
                   error_about(error, plan->path);
    }
    return true;
}

static bool fail_taken(const char *path, struct error *error) {
    error_set(error, ERROR_CONFLICT, "%s already exists, and nothing is ever replaced", path);
    error_about(error, path);
    return error_hint(error, "choose another name, or move it out of the way");
}

/* Notes the folder at @path if it is to be made. @mode: of the innermost one that is there. */
static bool look_for_folder(struct plan_location *location, const struct files *files, const char *path, bool is_new,
                            struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(files, path, &kind, &identity, error))
        return false;
    if (kind == FILE_ABSENT) {
        const char *slash = strrchr(path, '/');
        if (is_new && !check_name(slash ? slash + 1 : path, "group", error))
            return false;
        location->folders[location->folder_count++] = arena_copy(&location->arena, path, strlen(path));
        return true;
    }
    if (kind != FILE_FOLDER) {
        error_set(error, ERROR_CONFLICT, "%s is not a folder", path);
        error_about(error, path);
        return error_hint(error, "move it out of the way, or choose another name; links are not followed");
    }
    if (is_new) {
        location->folder_mode = identity.mode & 0777;
        location->file_mode = identity.mode & 0666;
    }
    return true;
}

/* The folders from the root to the plan's own, then those in it. */
static bool find_folders(struct plan_location *location, const struct files *files, struct error *error) {
    if (!look_for_folder(location, files, "", true, error))
        return false;
    for (size_t length = 1; length <= strlen(location->path); length++) {
        bool is_end = location->path[length] == '/' || location->path[length] == '\0';
        if (is_end &&
            !look_for_folder(location, files, arena_copy(&location->arena, location->path, length), true, error))
            return false;
    }
    for (size_t i = 0; i < INNER_FOLDERS; i++)
        if (!look_for_folder(location, files, arena_format(&location->arena, "%s/%s", location->path, inner_folders[i]),
                             false, error))
            return false;
    return true;
}

static bool check_targets(struct plan_location *location, const struct files *files, struct error *error) {
    const char *const targets[] = {arena_format(&location->arena, "%s/PLAN_%s.md", location->path, location->name),
                                   arena_format(&location->arena, "%s/parallel.json", location->path)};
    for (size_t i = 0; i < sizeof targets / sizeof *targets; i++) {
        enum file_kind kind;
        if (!files_look(files, targets[i], &kind, NULL, error))
            return false;
        if (kind != FILE_ABSENT)
            return fail_taken(targets[i], error);
    }
    return true;
}

/* --- naming it --- */

/* The folder that names are relative to, "" or with a '/' at its end. */
static const char *base_of(struct plan_location *location, const struct workspace *workspace, const char *here) {
    const struct plan_place *around = workspace_plan_around(workspace, here);
    if (!around)
        return here[0] ? arena_format(&location->arena, "%s/", here) : "";
    const char *slash = strrchr(around->path, '/');
    return slash ? arena_copy(&location->arena, around->path, (size_t)(slash - around->path) + 1) : "";
}

static bool name_it(struct plan_location *location, const struct workspace *workspace, const char *text,
                    const char *here, struct error *error) {
    struct span span = span_of(text);
    while (span.length > 1 && span.data[span.length - 1] == '/')
        span.length--;
    char *bare = arena_copy(&location->arena, span.data, span.length);
    const char *slash = strrchr(bare, '/');
    location->name = slash ? slash + 1 : bare;
    location->path = arena_format(&location->arena, "%s%s", base_of(location, workspace, here), bare);
    if (!check_name(location->name, "plan", error))
        return false;
    size_t depth = 1;
    bool is_hidden = false;
    for (const char *part = location->path; (part = strchr(part, '/')); part++)
        depth++;
    for (const char *part = location->path; part; part = strchr(part, '/'), part = part ? part + 1 : NULL)
        is_hidden |= part[0] == '.';
    if (!files_is_path(location->path) || is_hidden)
        return error_set(error, ERROR_USAGE,
                         "\"%s\" cannot be the place of a plan: it has to be beneath the root, and "
                         "no folder of it may begin with a dot",
                         text);
    if (depth > WORKSPACE_DEPTH_MOST)
        return error_set(error, ERROR_USAGE, "%s lies too deep: plans are found in at most %d folders", location->path,
                         WORKSPACE_DEPTH_MOST) ||
               error_about(error, location->path);
    location->folders = arena_allocate(&location->arena, depth + INNER_FOLDERS, sizeof *location->folders);
    return true;
}

bool plan_location_find(struct plan_location *location, const struct workspace *workspace, const struct files *files,
                        const char *text, const char *here, struct error *error) {
    *location = (struct plan_location){0};
    return name_it(location, workspace, text, here, error) && check_plans(location, workspace, error) &&
           find_folders(location, files, error) && check_targets(location, files, error);
}

void plan_location_release(struct plan_location *location) {
    arena_release(&location->arena);
    *location = (struct plan_location){0};
}
