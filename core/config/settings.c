#include "config/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "disk/state_dir.h"

#define WORKSPACE_LAYER STATE_DIR_FOLDER "/config"

enum { CONFIG_SIZE_MOST_BYTES = 1 << 20 };

/* --- the layers --- */

/* A layer that cannot be read counts as absent, with a warning: no setting of it is needed. Releases @error. */
static void warn_unreadable(const char *path, struct error *error, struct diagnostics *diagnostics) {
    if (error->code != ERROR_NOT_FOUND)
        diagnostics_add(diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                          .code = "config.unreadable",
                                                          .message = error->message,
                                                          .file = path,
                                                          .hint = "no setting in it is used"});
    error_release(error);
}

/* A file outside the workspace may be a link, as those who keep their settings elsewhere have it. */
static void read_linked_layer(struct config *config, const char *path, struct diagnostics *diagnostics) {
    struct files files = FILES_CLOSED;
    struct error error = {0};
    struct buffer text = {0};
    char *resolved = realpath(path, NULL), *slash = resolved ? strrchr(resolved, '/') : NULL;
    if (!resolved && errno != ENOENT && errno != ENOTDIR)
        error_set_system(&error, errno, "cannot read %s", path);
    if (slash)
        *slash = '\0';
    if (slash && files_open(&files, slash == resolved ? "/" : resolved, &error) &&
        files_read(&files, slash + 1, CONFIG_SIZE_MOST_BYTES, &text, NULL, &error)) {
        *slash = '/';
        config_read(config, buffer_span(&text), resolved, diagnostics);
    }
    if (error.code)
        warn_unreadable(path, &error, diagnostics);
    files_close(&files);
    buffer_release(&text);
    memory_free(resolved);
}

/* NULL if the environment names no folder for it. */
static const char *user_file(struct config *config, setup_variable *variable) {
    const char *home = variable("HOME"), *folder = variable("XDG_CONFIG_HOME");
    if (folder && folder[0] == '/')
        return arena_format(&config->arena, "%s/batchd/batchd.conf", folder);
    return home && home[0] == '/' ? arena_format(&config->arena, "%s/.config/batchd/batchd.conf", home) : NULL;
}

/* It may have come with the plans: what is no regular file, or may not be looked at, is no layer. */
static bool has_workspace_layer(const struct files *files) {
    enum file_kind kind;
    struct error error = {0};
    bool is_there = files_look(files, WORKSPACE_LAYER, &kind, NULL, &error) && kind == FILE_REGULAR;
    error_release(&error);
    return is_there;
}

static bool read_workspace_layer(struct settings *settings, const struct settings_overrides *overrides,
                                 struct diagnostics *diagnostics, struct error *error) {
    struct config *config = &settings->config;
    struct files files;
    struct buffer text = {0};
    enum file_kind kind;
    const char *path = arena_format(&config->arena, "%s/%s", settings->root, WORKSPACE_LAYER);
    const char *own = user_file(config, overrides->variable);
    bool is_open =
        files_open(&files, settings->root, error) && files_look(&files, "", &kind, &settings->identity, error);
    bool has_layer = is_open && has_workspace_layer(&files);
    if (has_layer && files_read(&files, WORKSPACE_LAYER, CONFIG_SIZE_MOST_BYTES, &text, NULL, error))
        config_read_workspace(config, buffer_span(&text), path, own ? own : "batchd.conf", diagnostics);
    else if (has_layer)
        warn_unreadable(path, error, diagnostics);
    buffer_release(&text);
    files_close(&files);
    return is_open;
}

static void read_environment(struct config *config, setup_variable *variable, struct diagnostics *diagnostics) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        const char *value = variable(config_entries[key].environment);
        if (value && value[0] && key != CONFIG_ROOT) /* the root's is more than a default: see find_root */
            config_set(config, key, value, config_entries[key].environment, diagnostics);
    }
}

static void read_wishes(struct config *config, const struct settings_overrides *overrides,
                        struct diagnostics *diagnostics) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (overrides->values[key])
            config_set(config, key, overrides->values[key], overrides->origins[key], diagnostics);
}

/* --- the root --- */

static char *find_configured(const struct config *config, const char **origin, struct error *error) {
    *origin = config->origins[CONFIG_ROOT];
    if (config->root)
        return memory_copy(config->root);
    error_set(error, ERROR_NOT_FOUND, "no workspace is named or configured");
    error_hint(error, "name it with --root or BATCHD_ROOT, or as root in section [workspace] of "
                      "~/.config/batchd/batchd.conf");
    return NULL;
}

/* The caller owns the result. @origin: who named it. */
static char *find_root(struct config *config, const struct settings_overrides *overrides, const char **origin,
                       struct error *error) {
    const char *named = overrides->variable(config_entries[CONFIG_ROOT].environment);
    *origin = overrides->root ? "--root" : config_entries[CONFIG_ROOT].environment;
    if (overrides->root || (named && named[0]))
        return memory_copy(overrides->root ? overrides->root : named);
    return overrides->search ? overrides->search(overrides->search_data, config, origin, error)
                             : find_configured(config, origin, error);
}

char *settings_beneath(const struct settings *settings, const char *folder) {
    size_t length = strcmp(settings->root, "/") == 0 ? 0 : strlen(settings->root);
    if (strncmp(folder, settings->root, length) != 0 || (folder[length] != '/' && folder[length] != '\0'))
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

static bool choose_root(struct settings *settings, const struct settings_overrides *overrides,
                        struct diagnostics *diagnostics, struct error *error) {
    const char *origin;
    char *named = find_root(&settings->config, overrides, &origin, error);
    if (!named)
        return false;
    settings->root = realpath(named, NULL);
    if (!settings->root)
        error_set_system(error, errno, "cannot use %s as the workspace (%s)", named, origin);
    else
        config_set(&settings->config, CONFIG_ROOT, settings->root, origin, diagnostics);
    settings->named = named[0] == '/' ? named : absolute(named);
    if (settings->named != named)
        memory_free(named);
    return settings->root;
}

static void find_here(struct settings *settings) {
    char *here = getcwd(NULL, 0);
    settings->here = here ? settings_beneath(settings, here) : NULL;
    memory_free(here);
}

bool settings_read(struct settings *settings, const struct settings_overrides *overrides,
                   struct diagnostics *diagnostics, struct error *error) {
    *settings = (struct settings){0};
    config_init(&settings->config);
    read_linked_layer(&settings->config, "/etc/batchd/batchd.conf", diagnostics);
    const char *own = user_file(&settings->config, overrides->variable);
    if (own)
        read_linked_layer(&settings->config, own, diagnostics);
    if (!choose_root(settings, overrides, diagnostics, error))
        return false;
    find_here(settings);
    if (!read_workspace_layer(settings, overrides, diagnostics, error))
        return false;
    read_environment(&settings->config, overrides->variable, diagnostics);
    read_wishes(&settings->config, overrides, diagnostics);
    return diagnostics->error_count == 0 ||
           error_set(error, ERROR_INVALID, "the configuration has %zu error%s", diagnostics->error_count,
                     diagnostics->error_count == 1 ? "" : "s");
}

void settings_release(struct settings *settings) {
    config_release(&settings->config);
    memory_free(settings->named);
    memory_free(settings->root);
    memory_free(settings->here);
    *settings = (struct settings){0};
}
