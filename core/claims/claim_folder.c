#include "claims/claim_folder.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "claims/claim_handle.h"
#include "disk/file_system.h"
#include "disk/files_write.h"
#include "disk/state_dir.h"

#define IN_COMMON "batchd"
#define IN_STATE  "claims"

enum { FOLDER_MODE = 0700 };

const char *claim_keeping_name(enum claim_keeping keeping) {
    return keeping == CLAIM_KEPT_IN_GIT ? "git" : "state";
}

void claim_folder_release(struct claim_folder *folder) {
    files_close(&folder->files);
    memory_free(folder->path);
    *folder = CLAIM_FOLDER_CLOSED;
}

/* --- the place: a folder that exists, and the path from there --- */

struct place {
    enum claim_keeping keeping;
    struct files files; /* of the common folder, or of the workspace */
    bool is_own;        /* @files is to be closed */
    const char *root;   /* absolute path of @files */
    char *key_folder;   /* from there; NULL as long as the key is not known */
    char *path;         /* of the claims, beneath the key's folder */
};

static void place_release(struct place *place) {
    if (place->is_own)
        files_close(&place->files);
    memory_free(place->key_folder);
    memory_free(place->path);
    *place = (struct place){0};
}

static void set_paths(struct place *place, const char *key_folder, const char *name) {
    AUTO(buffer) path = {0};
    buffer_append_format(&path, "%s/%s", key_folder, name);
    place->key_folder = memory_copy(key_folder);
    place->path = memory_copy(path.data);
}

/* The path of the workspace in its working tree, "" for the top. */
static const char *inner_path(const struct workspace *workspace, const struct git_folder *git) {
    size_t length = strlen(git->top);
    bool is_beneath = strncmp(workspace->root, git->top, length) == 0;
    const char *rest = is_beneath ? workspace->root + length : workspace->root;
    return rest[0] == '/' ? rest + 1 : rest;
}

static bool find_in_git(struct place *place, const struct workspace *workspace, const struct git_folder *git,
                        struct error *error) {
    char key[DIGEST_FAST_TEXT];
    AUTO(buffer) key_folder = {0}, name = {0};
    place->is_own = true;
    place->root = git->common;
    if (!files_open(&place->files, git->common, error))
        return false;
    place->files.label = git->common;
    place->files.hook = workspace->files.hook;
    place->files.hook_data = workspace->files.hook_data;
    AUTO_CLOSE int shared = files_open_folder(&place->files, IN_COMMON);
    if (shared < 0 && errno == ENOENT)
        return true;
    if (shared < 0 || !state_dir_make_key(shared, "", geteuid(), key))
        return error_set_system(error, errno, "cannot look at %s/%s", git->common, IN_COMMON);
    buffer_append_format(&key_folder, IN_COMMON "/%s", key);
    claim_name_append(&name, inner_path(workspace, git));
    set_paths(place, key_folder.data, name.data);
    return true;
}

static bool find_in_state(struct place *place, const struct workspace *workspace, struct error *error) {
    struct state_dir state;
    place->files = workspace->files;
    place->root = workspace->root;
    if (!state_dir_find(&state, &workspace->files, error))
        return false;
    if (state.key[0])
        set_paths(place, state_dir_root(&state).text, IN_STATE);
    return true;
}

static bool find_place(struct place *place, const struct workspace *workspace, const struct git_folder *git,
                       enum claim_keeping wanted, struct error *error) {
    bool is_in_git = wanted == CLAIM_KEPT_IN_GIT && git && git->common;
    *place = (struct place){.keeping = is_in_git ? CLAIM_KEPT_IN_GIT : CLAIM_KEPT_IN_STATE, .files = FILES_CLOSED};
    return is_in_git ? find_in_git(place, workspace, git, error) : find_in_state(place, workspace, error);
}

/* --- checks --- */

static bool check_local(const struct place *place, struct error *error) {
    if (file_system_is_local(place->files.root))
        return true;
    error_set(error, ERROR_CONFLICT, "claims cannot be kept in %s: it is not on a file system of this machine",
              place->root);
    return error_hint(error, place->keeping == CLAIM_KEPT_IN_GIT
                                 ? "keep them in the workspace, if that is: [claims] folder = state"
                                 : "use a workspace on a disk of this machine");
}

/* The key's folder, if it is there: the caller's, and closed to others. */
static bool check_private(const struct place *place, struct error *error) {
    enum file_kind kind;
    struct file_identity identity;
    if (!files_look(&place->files, place->key_folder, &kind, &identity, error))
        return false;
    if (kind == FILE_ABSENT || state_dir_is_private(identity.mode, identity.owner, geteuid()))
        return true;
    error_set(error, ERROR_CONFLICT, "claims cannot be kept in %s/%s: it is not a folder of yours alone", place->root,
              place->key_folder);
    return error_hint(error, "if only you have written in it: chmod 700 %s/%s", place->root, place->key_folder);
}

static char *join(const char *folder, const char *path) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", folder, path);
    return text.data;
}

/* Open the folder, if it is there. */
static bool enter(struct claim_folder *folder, const struct place *place, struct error *error) {
    if (!place->path)
        return true;
    folder->path = join(place->root, place->path);
    if (!check_private(place, error))
        return false;
    int descriptor = files_open_folder(&place->files, place->path);
    if (descriptor < 0)
        return errno == ENOENT || error_set_system(error, errno, "cannot open the folder %s", folder->path);
    folder->files = (struct files){
        .root = descriptor, .label = folder->path, .hook = place->files.hook, .hook_data = place->files.hook_data};
    return true;
}

bool claim_folder_find(struct claim_folder *folder, const struct workspace *workspace, const struct git_folder *git,
                       enum claim_keeping wanted, struct error *error) {
    AUTO(place) place = {0};
    *folder = CLAIM_FOLDER_CLOSED;
    folder->workspace = workspace;
    folder->git = git;
    folder->wanted = wanted;
    bool is_found =
        find_place(&place, workspace, git, wanted, error) && check_local(&place, error) && enter(folder, &place, error);
    folder->keeping = place.keeping;
    return is_found;
}

bool claim_folder_refresh(struct claim_folder *folder, struct error *error) {
    struct claim_folder previous = *folder;
    if (folder->files.root >= 0)
        return true;
    claim_folder_release(folder);
    return claim_folder_find(folder, previous.workspace, previous.git, previous.wanted, error);
}

/* --- making --- */

static bool make_folder(const struct files *files, const char *path, struct error *error) {
    if (files_make_folder(files, path, FOLDER_MODE, error))
        return true;
    if (error->system_errno != EEXIST)
        return false;
    error_release(error);
    return true;
}

/* What the key is made of. */
static bool make_keyed(const struct place *place, const struct workspace *workspace, struct error *error) {
    struct state_dir state;
    return place->keeping == CLAIM_KEPT_IN_GIT ? make_folder(&place->files, IN_COMMON, error)
                                               : state_dir_make(&state, &workspace->files, error);
}

bool claim_folder_make(struct claim_folder *folder, struct error *error) {
    AUTO(place) place = {0}, keyed = {0};
    const struct workspace *workspace = folder->workspace;
    if (!claim_folder_refresh(folder, error) || folder->files.root >= 0)
        return folder->files.root >= 0;
    return find_place(&place, workspace, folder->git, folder->wanted, error) && make_keyed(&place, workspace, error) &&
           find_place(&keyed, workspace, folder->git, folder->wanted, error) &&
           make_folder(&keyed.files, keyed.key_folder, error) && check_private(&keyed, error) &&
           make_folder(&keyed.files, keyed.path, error) && claim_folder_refresh(folder, error);
}
