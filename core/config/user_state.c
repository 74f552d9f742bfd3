#include "config/user_state.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/path.h"
#include "disk/files_write.h"
#include "disk/state_dir.h"

/* "/home/ann/.local/state/batchd"; false if the environment names no folder. */
static bool find_path(struct buffer *path, settings_variable *variable, struct error *error) {
    const char *state = variable("XDG_STATE_HOME"), *home = variable("HOME");
    if (state && state[0] == '/')
        buffer_append_format(path, "%s/batchd", state);
    else if (home && home[0] == '/')
        buffer_append_format(path, "%s/.local/state/batchd", home);
    return path->length || error_set(error, ERROR_NOT_FOUND, "neither HOME nor XDG_STATE_HOME names a folder");
}

/* Makes the folder @path with those above it that are missing. */
static bool make_folders(const char *path, struct error *error) {
    AUTO_CALL(files_close) struct files above = FILES_CLOSED;
    AUTO_FREE char *parent = path_parent(path), *present = realpath(path, NULL);
    if (present)
        return true;
    if (errno != ENOENT || strcmp(parent, path) == 0)
        return error_set_system(error, errno, "cannot use %s", path);
    if (!make_folders(parent, error) || !files_open(&above, parent, error))
        return false;
    return files_make_folder(&above, strrchr(path, '/') + 1, STATE_DIR_MODE, error) ||
           (error->code == ERROR_CONFLICT && make_folders(path, error)); /* another process has made it */
}

bool user_state_open(struct files *files, settings_variable *variable, bool makes, struct error *error) {
    AUTO(buffer) path = {0};
    struct file_identity identity;
    enum file_kind kind;
    if (!find_path(&path, variable, error) || (makes && !make_folders(buffer_text(&path), error)) ||
        !files_open(files, buffer_text(&path), error) || !files_look(files, "", &kind, &identity, error))
        return false;
    error_release(error);
    if (state_dir_is_private(identity.mode, identity.owner, geteuid()))
        return true;
    files_close(files);
    return error_set(error, ERROR_CONFLICT, "%s is not yours alone: chmod go-w", path.data);
}
