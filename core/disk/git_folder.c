#include "disk/git_folder.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/path.h"
#include "disk/files.h"
#include "disk/listing.h"

enum { LINK_BYTES_MOST = 4096, CONFIG_BYTES_MOST = 1 << 20 };

/* --- reading what git has written --- */

/* The first line of a small regular file in @folder; NULL if it cannot be read. The caller owns it. */
static char *read_line(const char *folder, const char *name) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    AUTO(buffer) text = {0};
    struct span rest, line;
    if (!files_open(&files, folder, &error) || !files_read(&files, name, LINK_BYTES_MOST, &text, NULL, &error))
        return NULL;
    rest = buffer_span(&text);
    if (!span_next_line(&rest, &line) || memchr(line.data, '\0', line.length))
        return NULL;
    line = span_trim(line);
    return line.length ? memory_copy_part(line.data, line.length) : NULL;
}

/*
 * What @path, relative to @folder unless it is absolute, leads to, without links and "..". Takes @path, which may be
 * NULL. NULL if there is nothing. The caller owns it.
 */
static char *resolve(const char *folder, char *path) {
    AUTO_FREE char *given = path;
    if (!given)
        return NULL;
    AUTO_FREE char *whole = given[0] == '/' ? memory_copy(given) : path_in(folder, given);
    char *real = realpath(whole, NULL);
    char *copy = real ? memory_copy(real) : NULL;
    free(real);
    return copy;
}

static bool is_same_file(const char *one, const char *other) {
    struct walk_look a, b;
    return walk_look_at(one, AT_SYMLINK_NOFOLLOW, &a) && walk_look_at(other, AT_SYMLINK_NOFOLLOW, &b) &&
           walk_is_same_folder(&a, &b);
}

/* A value as git-config(1) writes it: in quotes where it has to be, with \" and \\. The caller owns it. */
static char *unquote(struct span value) {
    struct buffer text = {0};
    bool is_quoted = false;
    for (size_t i = 0; i < value.length; i++) {
        char byte = value.data[i];
        if (byte == '"') {
            is_quoted = !is_quoted;
            continue;
        }
        if (!is_quoted && (byte == '#' || byte == ';'))
            break;
        if (byte == '\\' && i + 1 < value.length)
            byte = value.data[++i];
        buffer_append_byte(&text, byte);
    }
    struct span trimmed = span_trim(buffer_span(&text));
    char *copy = trimmed.length ? memory_copy_part(trimmed.data, trimmed.length) : NULL;
    buffer_release(&text);
    return copy;
}

/* Does the line begin with the word @key, in any case, and then "="? Its value in @value. */
static bool is_setting(struct span line, const char *key, struct span *value) {
    size_t length = strlen(key);
    if (line.length < length || strncasecmp(line.data, key, length) != 0)
        return false;
    *value = span_trim(span_skip(line, length));
    if (!span_starts_with(*value, "="))
        return false;
    *value = span_trim(span_skip(*value, 1));
    return true;
}

/* A setting of [core] in one of the configuration files of a git folder; the last one counts. NULL if there is none. */
static char *read_core_setting(const char *folder, const char *name, const char *key) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    AUTO(buffer) text = {0};
    char *found = NULL;
    bool is_core = false;
    if (!files_open(&files, folder, &error) || !files_read(&files, name, CONFIG_BYTES_MOST, &text, NULL, &error))
        return NULL;
    struct span rest = buffer_span(&text), line, value;
    while (span_next_line(&rest, &line)) {
        line = span_trim(line);
        if (span_starts_with(line, "["))
            is_core = line.length >= 6 && strncasecmp(line.data, "[core]", 6) == 0;
        else if (is_core && is_setting(line, key, &value)) {
            memory_free(found);
            found = unquote(value);
        }
    }
    return found;
}

/* --- the checks --- */

static bool fail(const struct git_folder *git, const char *what, const char *remedy, struct error *error) {
    error_set(error, ERROR_CONFLICT, "the git folder of the working tree %s %s", git->top, what);
    return error_hint(error, "%s; or keep claims in the workspace: [claims] folder = state", remedy);
}

static bool is_own_folder(const char *path, uid_t user) {
    struct walk_look look;
    return walk_look_at(path, 0, &look) && S_ISDIR(look.mode) && look.owner == user;
}

static bool has_folder(const char *folder, const char *name) {
    struct walk_look look;
    AUTO_FREE char *path = path_in(folder, name);
    return walk_look_at(path, 0, &look) && S_ISDIR(look.mode);
}

static bool is_repository(const char *common) {
    struct walk_look look;
    AUTO_FREE char *head = path_in(common, "HEAD");
    return walk_look_at(head, AT_SYMLINK_NOFOLLOW, &look) && has_folder(common, "objects") &&
           has_folder(common, "refs");
}

/* A linked worktree: the git folder names the .git file that leads to it. */
static bool links_back(const char *folder, const char *dot_git) {
    AUTO_FREE char *named = resolve(folder, read_line(folder, "gitdir"));
    return named && is_same_file(named, dot_git);
}

/* The top that the configuration names, as that of a submodule does; NULL if there is none. The caller owns it. */
static char *find_named_top(const char *folder) {
    char *setting = read_core_setting(folder, "config.worktree", "worktree");
    return resolve(folder, setting ? setting : read_core_setting(folder, "config", "worktree"));
}

/* A submodule: the configuration names the top. */
static bool names_top(const char *folder, const char *top) {
    AUTO_FREE char *named = find_named_top(folder);
    return named && is_same_file(named, top);
}

static bool check_link(const struct git_folder *git, const char *dot_git, bool is_linked, struct error *error) {
    if (is_linked)
        return links_back(git->folder, dot_git) || fail(git, "names another working tree, as after a move or a copy",
                                                        "to repair a moved one: git worktree repair", error);
    return names_top(git->folder, git->top) ||
           fail(git, "lies apart from it and does not name it",
                "if you have moved it there: git -C TOP config core.worktree TOP", error);
}

static bool check(const struct git_folder *git, uid_t user, struct error *error) {
    if (!is_own_folder(git->folder, user) || !is_own_folder(git->common, user))
        return fail(git, "belongs to another user", "make a clone that belongs to you", error);
    return is_repository(git->common) ||
           fail(git, "lacks HEAD, objects/ or refs/", "look at what git status says", error);
}

/* --- */

/* Follow the file .git, and from there commondir. */
static bool follow_link(struct git_folder *git, const char *dot_git, struct error *error) {
    static const char prefix[] = "gitdir:";
    AUTO_FREE char *line = read_line(git->top, WORKING_TREE_GIT);
    if (line && strncmp(line, prefix, strlen(prefix)) == 0) {
        struct span path = span_trim(span_of(line + strlen(prefix)));
        git->folder = resolve(git->top, memory_copy_part(path.data, path.length));
    }
    if (!git->folder)
        return fail(git, "cannot be found: its file .git does not lead to a folder",
                    "if the repository was moved, run there: git worktree repair", error);
    char *common = read_line(git->folder, "commondir");
    bool is_linked = common;
    git->common = common ? resolve(git->folder, common) : memory_copy(git->folder);
    if (!git->common)
        return fail(git, "names a common folder that does not exist", "run git worktree repair", error);
    return check_link(git, dot_git, is_linked, error);
}

static bool enter(struct git_folder *git, const char *dot_git, const struct walk_look *look, uid_t user,
                  struct error *error) {
    if (S_ISDIR(look->mode)) {
        git->folder = memory_copy(dot_git);
        git->common = memory_copy(dot_git);
    } else if (!follow_link(git, dot_git, error)) {
        return false;
    }
    return check(git, user, error);
}

/* The first folder of the walk with an own .git; NULL outside git. The caller owns it. */
static char *find_top(const char *start, const struct walk_limits *limits) {
    AUTO(upward_walk) walk = {.limits = limits};
    for (char *folder = memory_copy(start); upward_walk_step(&walk, folder); folder = path_parent(folder))
        if (upward_walk_at_tree(&walk))
            return memory_copy(folder);
    return NULL;
}

/* The path of the .git, which the caller owns, and how it looks; NULL outside git. */
static char *find_dot_git(struct git_folder *git, const char *start, const struct walk_limits *limits,
                          struct walk_look *look) {
    *git = (struct git_folder){.top = find_top(start, limits)};
    char *dot_git = git->top ? path_in(git->top, WORKING_TREE_GIT) : NULL;
    if (dot_git && walk_look_at(dot_git, AT_SYMLINK_NOFOLLOW, look)) {
        git->device = makedev(look->device_major, look->device_minor);
        git->inode = look->inode;
    }
    return dot_git;
}

bool git_folder_find(struct git_folder *git, const char *start, const struct walk_limits *limits, struct error *error) {
    struct walk_look look;
    AUTO_FREE char *dot_git = find_dot_git(git, start, limits, &look);
    if (!dot_git)
        return true;
    if (!git->inode)
        return fail(git, "has gone", "look at what git status says", error);
    if (enter(git, dot_git, &look, limits->user, error))
        return true;
    memory_free(git->folder);
    memory_free(git->common);
    git->folder = git->common = NULL;
    return false;
}

/* --- all working trees --- */

static bool is_bare(const char *common) {
    AUTO_FREE char *setting = read_core_setting(common, "config", "bare");
    return setting && strcasecmp(setting, "true") == 0;
}

/* That of the repository itself: what its configuration names, or the folder that it is the .git of. NULL if it has
 * none. The caller owns it. */
static char *find_main_tree(const char *common) {
    char *named = find_named_top(common);
    bool is_dot_git = strcmp(strrchr(common, '/') + 1, WORKING_TREE_GIT) == 0;
    return named || !is_dot_git || is_bare(common) ? named : path_parent(common);
}

/* The top of the linked worktree whose git folder this is; NULL if it is gone. The caller owns it. */
static char *find_linked_tree(const char *folder) {
    AUTO_FREE char *dot_git = resolve(folder, read_line(folder, "gitdir"));
    return dot_git ? path_parent(dot_git) : NULL;
}

/* Takes @top, which may be NULL. */
static void add_tree(const char **tops, size_t *count, char *top, struct arena *arena) {
    AUTO_FREE char *given = top;
    if (given)
        tops[(*count)++] = arena_copy(arena, given, strlen(given));
}

const char **git_folder_list_trees(const struct git_folder *git, struct arena *arena, size_t *count) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    AUTO(listing) linked = {0};
    *count = 0;
    if (!git->common)
        return NULL;
    if (files_open(&files, git->common, &error))
        files_list(&files, "worktrees", &linked, &error); /* there is none before the first one */
    const char **tops = arena_allocate(arena, linked.count + 1, sizeof *tops);
    add_tree(tops, count, find_main_tree(git->common), arena);
    for (size_t i = 0; i < linked.count; i++)
        add_tree(tops, count,
                 find_linked_tree(arena_format(arena, "%s/worktrees/%s", git->common, linked.entries[i].name)), arena);
    return tops;
}

/* --- */

void git_folder_append_identity(struct buffer *text, const struct git_folder *git) {
    buffer_append_string(text, "");
    if (git->common)
        buffer_append_format(text, "%" PRIu64 ":%" PRIu64, git->device, git->inode);
    else if (git->top)
        buffer_append_string(text, GIT_FOLDER_UNKNOWN);
}

void git_folder_release(struct git_folder *git) {
    memory_free(git->top);
    memory_free(git->folder);
    memory_free(git->common);
    *git = (struct git_folder){0};
}
