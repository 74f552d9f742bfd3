#include "config/settings.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "base/text.h"
#include "disk/state_dir.h"

enum { CONFIG_SIZE_MOST_BYTES = 1 << 20 };

/* --- the layers --- */

/* A layer that cannot be read counts as absent, with a warning: no setting of it is needed. */
static void warn_unreadable(const char *path, const struct error *error, struct diagnostics *diagnostics) {
    if (error->code && error->code != ERROR_NOT_FOUND)
        diagnostics_add(diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                          .code = "config.unreadable",
                                                          .message = error->message,
                                                          .file = path,
                                                          .hint = "no setting in it is used"});
}

/*
 * A file outside the workspace may be a link, as those who keep their settings elsewhere have it. Returns where it is,
 * which the caller owns, with its text; NULL without an error if it is absent.
 */
static char *read_linked(const char *path, struct buffer *text, struct error *error) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    char *resolved = realpath(path, NULL), *slash = resolved ? strrchr(resolved, '/') : NULL;
    if (!resolved && errno != ENOENT && errno != ENOTDIR)
        error_set_system(error, errno, "cannot read %s", path);
    if (!resolved)
        return NULL;
    *slash = '\0';
    bool is_read = files_open(&files, slash == resolved ? "/" : resolved, error) &&
                   files_read(&files, slash + 1, CONFIG_SIZE_MOST_BYTES, text, NULL, error);
    *slash = '/';
    if (is_read)
        return resolved;
    memory_free(resolved);
    return NULL;
}

static void read_linked_layer(struct config *config, const char *path, struct diagnostics *diagnostics) {
    AUTO(error) error = {0};
    AUTO(buffer) text = {0};
    AUTO_FREE char *resolved = read_linked(path, &text, &error);
    if (resolved)
        config_read(config, buffer_span(&text), resolved, diagnostics);
    warn_unreadable(path, &error, diagnostics);
}

bool settings_sets_nothing(const char *path) {
    AUTO(error) error = {0};
    AUTO(buffer) text = {0};
    AUTO_FREE char *resolved = read_linked(path, &text, &error);
    return resolved ? config_sets_nothing(buffer_span(&text)) : error.code == ERROR_NONE;
}

const char *settings_user_file(struct config *config, settings_variable *variable) {
    const char *home = variable("HOME"), *folder = variable("XDG_CONFIG_HOME");
    if (folder && folder[0] == '/')
        return arena_format(&config->arena, "%s/batchd/batchd.conf", folder);
    return home && home[0] == '/' ? arena_format(&config->arena, "%s/.config/batchd/batchd.conf", home) : NULL;
}

/* It may have come with the plans: what is no regular file, or may not be looked at, is no layer. */
static bool read_workspace_layer(struct settings *settings, struct diagnostics *diagnostics, struct error *error) {
    struct config *config = &settings->config;
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) unreadable = {0};
    AUTO(buffer) text = {0};
    enum file_kind kind;
    const char *path = arena_format(&config->arena, "%s/%s", settings->root, SETTINGS_WORKSPACE_FILE);
    const char *own = settings->user_file;
    if (!files_open(&files, settings->root, error) || !files_look(&files, "", &kind, &settings->identity, error))
        return false;
    if (files_kind(&files, SETTINGS_WORKSPACE_FILE) != FILE_REGULAR)
        return true;
    if (files_read(&files, SETTINGS_WORKSPACE_FILE, CONFIG_SIZE_MOST_BYTES, &text, NULL, &unreadable))
        config_read_workspace(config, buffer_span(&text), path, own ? own : "batchd.conf", diagnostics);
    else
        warn_unreadable(path, &unreadable, diagnostics);
    return true;
}

static void read_environment(struct config *config, settings_variable *variable, struct diagnostics *diagnostics) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        const char *value = variable(config_entries[key].environment);
        if (value && value[0] && key != CONFIG_ROOT) /* the root's is more than a default: see find_root */
            config_set(config, key, value, config_entries[key].environment, diagnostics);
    }
}

static void read_overrides(struct config *config, const struct settings_overrides *overrides,
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

/* The same path, independent of the working directory. The caller owns the result. */
static char *absolute(const char *path) {
    if (path[0] == '/')
        return memory_copy(path);
    AUTO_FREE char *here = getcwd(NULL, 0);
    struct buffer text = {0};
    buffer_append_format(&text, "%s/%s", here ? here : "", path);
    return text.data;
}

static bool choose_root(struct settings *settings, const struct settings_overrides *overrides,
                        struct diagnostics *diagnostics, struct error *error) {
    const char *origin;
    AUTO_FREE char *named = find_root(&settings->config, overrides, &origin, error);
    if (!named)
        return false;
    settings->named = absolute(named);
    settings->root = realpath(named, NULL);
    if (!settings->root)
        return error_set_system(error, errno, "cannot use %s as the workspace (%s)", named, origin);
    config_set(&settings->config, CONFIG_ROOT, settings->root, origin, diagnostics);
    return true;
}

static void find_here(struct settings *settings) {
    AUTO_FREE char *here = getcwd(NULL, 0);
    settings->here = here ? settings_beneath(settings, here) : NULL;
}

bool settings_read(struct settings *settings, const struct settings_overrides *overrides,
                   struct diagnostics *diagnostics, struct error *error) {
    *settings = (struct settings){0};
    config_init(&settings->config);
    read_linked_layer(&settings->config, SETTINGS_SYSTEM_FILE, diagnostics);
    settings->user_file = settings_user_file(&settings->config, overrides->variable);
    if (settings->user_file)
        read_linked_layer(&settings->config, settings->user_file, diagnostics);
    if (!choose_root(settings, overrides, diagnostics, error))
        return false;
    find_here(settings);
    if (!read_workspace_layer(settings, diagnostics, error))
        return false;
    read_environment(&settings->config, overrides->variable, diagnostics);
    read_overrides(&settings->config, overrides, diagnostics);
    return diagnostics->error_count == 0 || error_set(error, ERROR_INVALID, "the configuration has %zu error%s",
                                                      diagnostics->error_count, text_plural(diagnostics->error_count));
}

void settings_release(struct settings *settings) {
    config_release(&settings->config);
    memory_free(settings->named);
    memory_free(settings->root);
    memory_free(settings->here);
    *settings = (struct settings){0};
}
