#include "setup.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "state_dir.h"
#include "workspace.h"

enum { CONFIG_SIZE_MOST_BYTES = 1 << 20 };

/* --- the layers --- */

typedef bool layer_reader(struct config *config, struct span text, const char *file, struct diagnostics *diagnostics);

/* Reads one layer of the configuration; a file that is not there is no layer. */
static bool read_layer(struct config *config, const struct files *files, const char *folder, const char *name,
                       layer_reader *reader, struct diagnostics *diagnostics, struct error *error) {
    struct buffer text = {0}, path = {0};
    bool is_read = files_read(files, name, CONFIG_SIZE_MOST_BYTES, &text, NULL, error);
    if (is_read) {
        buffer_append_format(&path, "%s/%s", folder, name);
        reader(config, buffer_span(&text), path.data, diagnostics);
    } else if (error->code == ERROR_NOT_FOUND) {
        error_release(error);
        is_read = true;
    }
    buffer_release(&text);
    buffer_release(&path);
    return is_read;
}

/* The same for a file outside the workspace, which may be a link, as those who keep their settings elsewhere have it.
 */
static bool read_linked_layer(struct config *config, const char *folder, const char *name,
                              struct diagnostics *diagnostics, struct error *error) {
    struct buffer path = {0};
    buffer_append_format(&path, "%s/%s", folder, name);
    char *resolved = realpath(path.data, NULL);
    buffer_release(&path);
    if (!resolved)
        return errno == ENOENT || errno == ENOTDIR || error_set_system(error, errno, "cannot read %s/%s", folder, name);
    char *slash = strrchr(resolved, '/');
    *slash = '\0';
    struct files files;
    bool is_read = files_open(&files, resolved, error) &&
                   read_layer(config, &files, resolved, slash + 1, config_read, diagnostics, error);
    files_close(&files);
    memory_free(resolved);
    return is_read;
}

static bool read_user_layer(struct config *config, setup_variable *variable, struct diagnostics *diagnostics,
                            struct error *error) {
    const char *home = variable("HOME"), *folder = variable("XDG_CONFIG_HOME");
    struct buffer path = {0};
    if (folder && folder[0] == '/')
        buffer_append_format(&path, "%s/batchd", folder);
    else if (home && home[0] == '/')
        buffer_append_format(&path, "%s/.config/batchd", home);
    bool is_read = path.length == 0 || read_linked_layer(config, path.data, "batchd.conf", diagnostics, error);
    buffer_release(&path);
    return is_read;
}

/* It may have come with the plans: what is no regular file, or may not be looked at, is no layer. */
static bool has_workspace_layer(const struct files *files) {
    enum file_kind kind;
    struct error error = {0};
    bool is_there = files_look(files, STATE_DIR_FOLDER "/config", &kind, NULL, &error) && kind == FILE_REGULAR;
    error_release(&error);
    return is_there;
}

static bool read_workspace_layer(struct setup *setup, struct diagnostics *diagnostics, struct error *error) {
    struct files files;
    enum file_kind kind;
    bool is_read =
        files_open(&files, setup->root, error) && files_look(&files, "", &kind, &setup->identity, error) &&
        (!has_workspace_layer(&files) || read_layer(&setup->config, &files, setup->root, STATE_DIR_FOLDER "/config",
                                                    config_read_workspace, diagnostics, error));
    files_close(&files);
    return is_read;
}

static void read_environment(struct config *config, setup_variable *variable, struct diagnostics *diagnostics) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        const char *value = variable(config_entries[key].environment);
        if (value && value[0] && key != CONFIG_ROOT) /* the root's is more than a default: see find_root */
            config_set(config, key, value, config_entries[key].environment, diagnostics);
    }
}

static void read_wishes(struct config *config, const struct setup_wishes *wishes, struct diagnostics *diagnostics) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (wishes->values[key])
            config_set(config, key, wishes->values[key], wishes->origins[key], diagnostics);
}

/* --- the root --- */

static bool fail_no_root(const struct config *config, const struct setup_wishes *wishes, const char *here,
                         struct error *error) {
    if (wishes->has_no_search) {
        error_set(error, ERROR_NOT_FOUND, "no plans root is configured");
        return error_hint(error, "set BATCHD_ROOT, or root in section [workspace] of ~/.config/batchd/batchd.conf");
    }
    error_set(error, ERROR_NOT_FOUND,
              "no plans found: looked for .batchd, work-space/plans and folders with plans in %s "
              "and above it%s",
              here, config->root ? "" : "; no root is configured");
    return error_hint(
        error, "go to the folder that holds your plans, or name it: batchctl -C DIR status; \"batchctl init MY-PLAN\" "
               "makes a first plan here");
}

/* A workspace there would have everything beneath it. */
static bool is_everything(const char *folder, const char *home) {
    return strcmp(folder, "/") == 0 || (home && strcmp(folder, home) == 0);
}

/* The caller owns the result. @origin: who named it. */
static char *find_root(const struct config *config, const struct setup_wishes *wishes, const char **origin,
                       struct error *error) {
    const char *named = wishes->variable(config_entries[CONFIG_ROOT].environment);
    *origin = wishes->root ? "--root" : config_entries[CONFIG_ROOT].environment;
    if (wishes->root || (named && named[0]))
        return memory_copy(wishes->root ? wishes->root : named);
    char *here = getcwd(NULL, 0);
    if (!here) {
        error_set_system(error, errno, "cannot tell the working directory");
        return NULL;
    }
    char *root = wishes->has_no_search ? NULL : workspace_find_root(here, wishes->variable("HOME"));
    *origin = "found from the working directory";
    if (!root && config->root) {
        root = memory_copy(config->root);
        *origin = config->origins[CONFIG_ROOT];
    }
    if (!root && wishes->makes_root && !is_everything(here, wishes->variable("HOME"))) {
        root = memory_copy(here);
        *origin = "the working directory, which becomes a workspace";
    }
    if (!root)
        fail_no_root(config, wishes, here, error);
    memory_free(here);
    return root;
}

char *setup_beneath(const struct setup *setup, const char *folder) {
    size_t length = strcmp(setup->root, "/") == 0 ? 0 : strlen(setup->root);
    if (strncmp(folder, setup->root, length) != 0 || (folder[length] != '/' && folder[length] != '\0'))
        return NULL;
    return memory_copy(folder[length] ? folder + length + 1 : "");
}

/* A relative path as one that holds wherever we stand later. */
static char *absolute(const char *path) {
    char *here = getcwd(NULL, 0);
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", here ? here : "", path);
    memory_free(here);
    return text.data;
}

static bool choose_root(struct setup *setup, const struct setup_wishes *wishes, struct diagnostics *diagnostics,
                        struct error *error) {
    const char *origin;
    char *named = find_root(&setup->config, wishes, &origin, error);
    if (!named)
        return false;
    setup->root = realpath(named, NULL);
    if (!setup->root)
        error_set_system(error, errno, "cannot use %s as the plans root", named);
    else
        config_set(&setup->config, CONFIG_ROOT, setup->root, origin, diagnostics);
    setup->named = named[0] == '/' ? named : absolute(named);
    if (setup->named != named)
        memory_free(named);
    return setup->root;
}

static void find_here(struct setup *setup) {
    char *here = getcwd(NULL, 0);
    setup->here = here ? setup_beneath(setup, here) : NULL;
    memory_free(here);
}

bool setup_read(struct setup *setup, const struct setup_wishes *wishes, struct diagnostics *diagnostics,
                struct error *error) {
    *setup = (struct setup){0};
    config_init(&setup->config);
    if (!read_linked_layer(&setup->config, "/etc/batchd", "batchd.conf", diagnostics, error) ||
        !read_user_layer(&setup->config, wishes->variable, diagnostics, error) ||
        !choose_root(setup, wishes, diagnostics, error))
        return false;
    find_here(setup);
    if (!read_workspace_layer(setup, diagnostics, error))
        return false;
    read_environment(&setup->config, wishes->variable, diagnostics);
    read_wishes(&setup->config, wishes, diagnostics);
    return diagnostics->error_count == 0 ||
           error_set(error, ERROR_INVALID, "the configuration has %zu error%s", diagnostics->error_count,
                     diagnostics->error_count == 1 ? "" : "s");
}

void setup_release(struct setup *setup) {
    config_release(&setup->config);
    memory_free(setup->named);
    memory_free(setup->root);
    memory_free(setup->here);
    *setup = (struct setup){0};
}
