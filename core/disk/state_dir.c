#include "disk/state_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <linux/fs.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "disk/files_write.h"
#include "disk/listing.h"

enum { GITIGNORE_MODE = 0644, WRITABLE_BY_OTHERS = 0022 };

/* --- the key --- */

/* In the place of a birth time; 0 where there is none either. */
static uint64_t generation_of(int folder, const char *path) {
    int generation;
    AUTO_CLOSE int descriptor = openat(folder, path[0] ? path : ".", O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    return descriptor < 0 || ioctl(descriptor, FS_IOC_GETVERSION, &generation) ? 0 : (unsigned)generation;
}

bool state_dir_make_key(int folder, const char *path, uid_t user, char key[DIGEST_FAST_TEXT]) {
    struct statx status;
    int flags = AT_SYMLINK_NOFOLLOW | (path[0] ? 0 : AT_EMPTY_PATH);
    if (files_statx(folder, path, flags, STATX_TYPE | STATX_INO | STATX_BTIME, &status) || !S_ISDIR(status.stx_mode))
        return false;
    bool has_birth_time = status.stx_mask & STATX_BTIME;
    AUTO(buffer) text = {0};
    buffer_append_format(&text, "%" PRIu64 " %lld.%09u %" PRIu64 " %u", (uint64_t)status.stx_ino,
                         has_birth_time ? (long long)status.stx_btime.tv_sec : 0,
                         has_birth_time ? (unsigned)status.stx_btime.tv_nsec : 0,
                         has_birth_time ? 0 : generation_of(folder, path), (unsigned)user);
    digest_fast(buffer_span(&text), key);
    return true;
}

bool state_dir_is_private(mode_t mode, uid_t owner, uid_t user) {
    return S_ISDIR(mode) && owner == user && (mode & WRITABLE_BY_OTHERS) == 0;
}

bool state_dir_is_mine(const char *folder, uid_t user) {
    AUTO(arena) arena = {0};
    struct stat status;
    char key[DIGEST_FAST_TEXT];
    const char *path = arena_format(&arena, "%s/%s", folder, STATE_DIR_FOLDER);
    return state_dir_make_key(AT_FDCWD, path, user, key) &&
           lstat(arena_format(&arena, "%s/%s", path, key), &status) == 0 &&
           state_dir_is_private(status.st_mode, status.st_uid, user);
}

/* --- finding --- */

struct state_path state_dir_root(const struct state_dir *state) {
    struct state_path path;
    snprintf(path.text, sizeof path.text, "%s/%s", STATE_DIR_FOLDER, state->key);
    return path;
}

/* The key of @user; "" where there is no folder .batchd. */
static bool find_key(const struct files *files, uid_t user, char key[DIGEST_FAST_TEXT], struct error *error) {
    key[0] = '\0';
    AUTO_CLOSE int folder = files_open_folder(files, STATE_DIR_FOLDER);
    if (folder < 0)
        return errno == ENOENT || errno == ENOTDIR || errno == ELOOP ||
               error_set_system(error, errno, "cannot look at %s", STATE_DIR_FOLDER);
    return state_dir_make_key(folder, "", user, key) ||
           error_set_system(error, errno, "cannot look at %s", STATE_DIR_FOLDER);
}

bool state_dir_is_of(const struct files *files, const char *name, uid_t user) {
    char key[DIGEST_FAST_TEXT];
    AUTO(error) error = {0};
    return find_key(files, user, key, &error) && strcmp(name, key) == 0;
}

bool state_dir_is_of_owner(const struct files *files, const char *name, uid_t *user) {
    enum file_kind kind;
    struct file_identity identity = {0};
    AUTO(error) error = {0};
    AUTO(arena) arena = {0};
    const char *path = arena_format(&arena, "%s/%s", STATE_DIR_FOLDER, name);
    bool is_folder = files_look(files, path, &kind, &identity, &error) && kind == FILE_FOLDER;
    *user = identity.owner;
    return is_folder && state_dir_is_of(files, name, identity.owner);
}

bool state_dir_find_other(const struct state_dir *state, uid_t *user) {
    enum file_kind kind;
    AUTO(listing) listing = {0};
    AUTO(error) error = {0};
    struct file_identity identity = {0};
    if (!files_list(state->files, STATE_DIR_FOLDER, &listing, &error) && error.system_errno == EACCES) {
        bool is_found = files_look(state->files, STATE_DIR_FOLDER, &kind, &identity, &error);
        *user = identity.owner;
        return is_found;
    }
    for (size_t i = 0; i < listing.count; i++)
        if (state_dir_is_of_owner(state->files, listing.entries[i].name, user) && *user != geteuid())
            return true;
    return false;
}

bool state_dir_find(struct state_dir *state, const struct files *files, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    *state = (struct state_dir){.files = files};
    if (!find_key(files, geteuid(), state->key, error))
        return false;
    if (!state->key[0])
        return true;
    if (!files_look(files, state_dir_root(state).text, &kind, &identity, error)) {
        if (error->system_errno != EACCES)
            return false;
        error_release(error); /* a .batchd that we may not enter holds nothing of ours */
        return true;
    }
    state->is_mine = kind == FILE_FOLDER && state_dir_is_private(identity.mode, identity.owner, geteuid());
    return true;
}

struct state_path state_dir_path(const struct state_dir *state, enum state_part part, const char *name) {
    static const char *const parts[STATE_PARTS] = {"batches", "pending", "stage"};
    struct state_path path;
    snprintf(path.text, sizeof path.text, "%s/%s/%s%s%s", STATE_DIR_FOLDER, state->key, parts[part], name ? "/" : "",
             name ? name : "");
    return path;
}

struct state_path state_dir_remedy(const struct state_dir *state) {
    struct state_path command;
    snprintf(command.text, sizeof command.text, "chmod -R u+rwX %s/%s", STATE_DIR_FOLDER, state->key);
    return command;
}

bool state_dir_holds(const char *path) {
    size_t length = strlen(STATE_DIR_FOLDER);
    return strncmp(path, STATE_DIR_FOLDER, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

/* --- making --- */

/* Was it not made because it is there? Another process may have made it at the same time. Then @error is empty. */
static bool is_there(struct error *error) {
    if (error->system_errno != EEXIST)
        return false;
    error_release(error);
    return true;
}

static bool make_folder(const struct files *files, const char *path, mode_t mode, struct error *error) {
    return files_make_folder(files, path, mode, error) || is_there(error);
}

/*
 * Where others may write in the workspace, they may in .batchd as well, but not in each other's state: the sticky bit
 * keeps them from moving it. A group that we cannot give is not let in.
 */
static void share(const struct files *files, const struct file_identity *root, const struct file_identity *state) {
    AUTO(error) error = {0};
    mode_t mode = (root->mode & 0777) | (root->mode & S_ISGID) | S_ISVTX;
    if ((root->mode & WRITABLE_BY_OTHERS) == 0 || state->owner != geteuid() ||
        (state->group == root->group && (state->mode & 07777) == mode))
        return;
    if (!files_set_rights(files, STATE_DIR_FOLDER, root->group, mode, &error) && state->group != root->group)
        files_set_rights(files, STATE_DIR_FOLDER, state->group, mode & ~(mode_t)(S_IWGRP | S_ISGID), &error);
}

static bool make_outer(const struct files *files, struct file_identity *root, struct error *error) {
    enum file_kind kind;
    struct file_identity state;
    if (!files_look(files, "", &kind, root, error) || !make_folder(files, STATE_DIR_FOLDER, root->mode & 0777, error) ||
        !files_look(files, STATE_DIR_FOLDER, &kind, &state, error))
        return false;
    if (kind != FILE_FOLDER) {
        error_set(error, ERROR_CONFLICT, "%s is not a folder", STATE_DIR_FOLDER);
        return error_hint(error, "the program keeps its state there; move it out of the way: mv -n %s batchd-was-here",
                          STATE_DIR_FOLDER);
    }
    share(files, root, &state);
    return true;
}

bool state_dir_is_hidden_from_git(const struct files *files) {
    AUTO(buffer) text = {0};
    AUTO(error) error = {0};
    return files_read(files, STATE_DIR_GITIGNORE, 4096, &text, NULL, &error) &&
           !span_equals(span_trim(buffer_span(&text)), "*");
}

/* What the user has written there stays; what 0.1.0 did is replaced. Another user's file cannot be, and is harmless. */
static bool ignore_in_git(const struct files *files, mode_t mode, struct error *error) {
    static const char text[] = "*\n!.gitignore\n!config\n!templates/\n!templates/**\n";
    AUTO(error) ignored = {0};
    enum file_kind kind;
    if (state_dir_is_hidden_from_git(files))
        return true;
    if (!files_look(files, STATE_DIR_GITIGNORE, &kind, NULL, error))
        return false;
    bool is_free = kind == FILE_ABSENT || (kind == FILE_REGULAR && files_remove(files, STATE_DIR_GITIGNORE, &ignored));
    return !is_free ||
           files_create(files, STATE_DIR_GITIGNORE, span_of(text), mode & GITIGNORE_MODE, false, NULL, error) ||
           is_there(error);
}

/* The owner of .batchd has not let us in. */
static bool hint_at_owner(const struct files *files, struct error *error) {
    enum file_kind kind;
    struct file_identity identity = {0};
    AUTO(error) ignored = {0};
    if (error->system_errno == EACCES && files_look(files, STATE_DIR_FOLDER, &kind, &identity, &ignored) &&
        identity.owner != geteuid())
        error_hint(error, "%s belongs to another user (uid %u), who can let you in: chmod g+rwxs,+t %s",
                   STATE_DIR_FOLDER, (unsigned)identity.owner, STATE_DIR_FOLDER);
    return false;
}

static bool hint_at_moving(const char *path, struct error *error) {
    return error_hint(error, "move it away: mkdir -p %s && mv -n %s %s/", STATE_DIR_ASIDE, path, STATE_DIR_ASIDE);
}

bool state_dir_check(const struct state_dir *state, struct error *error) {
    enum file_kind kind;
    struct file_identity identity = {0};
    struct state_path path = state_dir_root(state);
    if (state->is_mine || !state->key[0])
        return true;
    if (!files_look(state->files, path.text, &kind, &identity, error))
        return hint_at_owner(state->files, error);
    if (kind == FILE_ABSENT)
        return true;
    if (kind == FILE_FOLDER && identity.owner == geteuid()) {
        error_set(error, ERROR_CONFLICT, "others can write in %s, so what is in it is not used (mode %03o)", path.text,
                  (unsigned)identity.mode & 0777);
        return error_hint(error, "if only you have written in it: chmod 700 %s", path.text);
    }
    if (kind == FILE_FOLDER)
        error_set(error, ERROR_CONFLICT, "%s, where your state belongs, is another user's (uid %u)", path.text,
                  (unsigned)identity.owner);
    else
        error_set(error, ERROR_CONFLICT, "%s, where your state belongs, is not a folder", path.text);
    return hint_at_moving(path.text, error);
}

/* A folder of our own state, and nothing else of its name. */
static bool make_part(const struct state_dir *state, enum state_part part, struct error *error) {
    enum file_kind kind;
    struct state_path path = state_dir_path(state, part, NULL);
    if (!make_folder(state->files, path.text, STATE_DIR_MODE, error) ||
        !files_look(state->files, path.text, &kind, NULL, error))
        return false;
    if (kind == FILE_FOLDER)
        return true;
    error_set(error, ERROR_CONFLICT, "%s is not a folder", path.text);
    return hint_at_moving(path.text, error);
}

bool state_dir_make(struct state_dir *state, const struct files *files, struct error *error) {
    struct file_identity root;
    *state = (struct state_dir){.files = files};
    if (!make_outer(files, &root, error) || !find_key(files, geteuid(), state->key, error))
        return false;
    if (!ignore_in_git(files, root.mode, error) ||
        !make_folder(files, state_dir_root(state).text, STATE_DIR_MODE, error))
        return hint_at_owner(files, error);
    if (!state_dir_find(state, files, error) || !state_dir_check(state, error))
        return false;
    for (enum state_part part = 0; part < STATE_PARTS; part++)
        if (!make_part(state, part, error))
            return false;
    return true;
}
