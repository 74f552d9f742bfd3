#include "session.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "memory.h"
#include "record.h"

enum { CONFIG_SIZE_MOST_BYTES = 1 << 20 };

/* Reads one layer of the configuration; a file that is not there is no layer. */
static bool read_layer(struct config *config, const char *folder, const char *name, struct diagnostics *diagnostics,
                       struct error *error) {
    struct files files;
    struct buffer text = {0}, path = {0};
    bool is_read =
        files_open(&files, folder, error) && files_read(&files, name, CONFIG_SIZE_MOST_BYTES, &text, NULL, error);
    if (is_read) {
        buffer_append_format(&path, "%s/%s", folder, name);
        config_read(config, buffer_span(&text), path.data, diagnostics);
    } else if (error->code == ERROR_NOT_FOUND) {
        error_release(error);
        is_read = true;
    }
    files_close(&files);
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
    bool is_read = read_layer(config, resolved, slash + 1, diagnostics, error);
    memory_free(resolved);
    return is_read;
}

static bool read_user_layer(struct config *config, struct diagnostics *diagnostics, struct error *error) {
    const char *home = getenv("HOME"), *folder = getenv("XDG_CONFIG_HOME");
    struct buffer path = {0};
    if (folder && folder[0] == '/')
        buffer_append_format(&path, "%s/batchd", folder);
    else if (home && home[0] == '/')
        buffer_append_format(&path, "%s/.config/batchd", home);
    bool is_read = path.length == 0 || read_linked_layer(config, path.data, "batchd.conf", diagnostics, error);
    buffer_release(&path);
    return is_read;
}

static void read_environment(struct config *config, struct diagnostics *diagnostics) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        const char *value = getenv(config_entries[key].environment);
        if (value && value[0] && key != CONFIG_ROOT) /* the root's is more than a default: see find_root */
            config_set(config, key, value, config_entries[key].environment, diagnostics);
    }
}

/* --- the root --- */

static bool fail_no_root(const struct session *session, const char *here, struct error *error) {
    error_set(error, ERROR_NOT_FOUND,
              "no plans found: looked for .batchd, work-space/plans and folders with plans in %s "
              "and above it%s",
              here, session->config.root ? "" : "; no root is configured");
    return error_hint(
        error, "go to the folder that holds your plans, or name it: batchctl -C DIR status; \"batchctl init MY-PLAN\" "
               "makes a first plan here");
}

/* The caller owns the result. @origin: who named it. */
static char *find_root(const struct session *session, const struct options *options, const char **origin,
                       struct error *error) {
    const char *variable = getenv(config_entries[CONFIG_ROOT].environment);
    if (options->root) {
        *origin = "--root";
        return strdup(options->root);
    }
    if (variable && variable[0]) {
        *origin = config_entries[CONFIG_ROOT].environment;
        return strdup(variable);
    }
    char *here = getcwd(NULL, 0);
    if (!here) {
        error_set_system(error, errno, "cannot tell the working directory");
        return NULL;
    }
    char *root = workspace_find_root(here, getenv("HOME"));
    *origin = "found from the working directory";
    if (!root && session->config.root) {
        root = strdup(session->config.root);
        *origin = session->config.origins[CONFIG_ROOT];
    }
    const char *home = getenv("HOME");
    bool is_everything = strcmp(here, "/") == 0 || (home && strcmp(here, home) == 0);
    if (!root && session->makes_root && !is_everything) {
        root = strdup(here);
        *origin = "the working directory, which becomes a workspace";
    }
    if (!root)
        fail_no_root(session, here, error);
    memory_free(here);
    return root;
}

/* Where the absolute folder lies beneath the root, as a new string; NULL if it does not. */
static char *beneath(const char *root, const char *folder) {
    size_t length = strlen(root);
    if (strcmp(root, "/") == 0)
        length = 0;
    if (strncmp(folder, root, length) != 0 || (folder[length] != '/' && folder[length] != '\0'))
        return NULL;
    return strdup(folder[length] ? folder + length + 1 : "");
}

static bool open_workspace(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                           struct error *error) {
    const char *origin;
    char *root = find_root(session, options, &origin, error);
    bool is_open = root && workspace_open(&session->workspace, root, error);
    memory_free(root);
    if (!is_open)
        return false;
    session->is_open = true;
    config_set(&session->config, CONFIG_ROOT, session->workspace.root, origin, diagnostics);
    char *here = getcwd(NULL, 0);
    session->here = here ? beneath(session->workspace.root, here) : NULL;
    memory_free(here);
    bool is_ours;
    if (!record_find_state(&session->workspace.files, &is_ours, error))
        return false;
    if (is_ours) {
        struct buffer folder = {0};
        buffer_append_format(&folder, "%s/%s", session->workspace.root, WORKSPACE_STATE_FOLDER);
        read_layer(&session->config, folder.data, "config", diagnostics, error);
        buffer_release(&folder);
    }
    read_environment(&session->config, diagnostics);
    if (options->timeout)
        config_set(&session->config, CONFIG_LOCK_TIMEOUT, options->timeout, "--timeout", diagnostics);
    return error->code == ERROR_NONE;
}

bool session_start(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                   struct error *error) {
    session->workspace.files = FILES_CLOSED;
    config_init(&session->config);
    if (!read_linked_layer(&session->config, "/etc/batchd", "batchd.conf", diagnostics, error) ||
        !read_user_layer(&session->config, diagnostics, error) || !open_workspace(session, options, diagnostics, error))
        return false;
    return diagnostics->error_count == 0 ||
           error_set(error, ERROR_INVALID, "the configuration has %zu error%s", diagnostics->error_count,
                     diagnostics->error_count == 1 ? "" : "s");
}

void session_release(struct session *session) {
    if (session->is_open)
        workspace_release(&session->workspace);
    memory_free(session->here);
    config_release(&session->config);
    *session = (struct session){0};
}

/* A plan named by a path that exists from here ("./X", "../a/X", "/plans/X") -> its place beneath the root, or NULL. */
static char *plan_beneath(const struct session *session, const char *plan) {
    bool is_path = plan && (strchr(plan, '/') || strcmp(plan, ".") == 0 || strcmp(plan, "..") == 0);
    if (!is_path)
        return NULL;
    char *resolved = realpath(plan[0] == '@' ? plan + 1 : plan, NULL);
    char *result = resolved ? beneath(session->workspace.root, resolved) : NULL;
    memory_free(resolved);
    return result;
}

void session_request(struct session *session, const struct request *request, struct answer *answer) {
    struct request sent = *request;
    char *plan = plan_beneath(session, request->plan);
    if (plan)
        sent.plan = plan[0] ? plan : NULL; /* the root itself is no plan, and means what it means to name none */
    sent.here = request->here ? request->here : session->here;
    sent.lock_timeout_ms = session->config.lock_timeout_ms;
    sent.options.require_complete |= session->config.require_complete_subplans;
    request_handle(&session->workspace, &sent, answer);
    memory_free(plan);
}
