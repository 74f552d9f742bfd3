/*
 * The launcher: the program batchctl, as far as a daemon answers. It finds the workspace, sends the request of status,
 * next, show or why, and prints the reply; and it says its version. Everything else is one exec of batchctl-full: other
 * verbs, options but -C and --json, settings, no daemon, and a reply that is not as expected. Nothing is printed before
 * that is decided.
 *
 * The start of a process is most of what these verbs cost, so this program is static and small. It is linked from the
 * same modules as batchctl-full, and decides nothing differently.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/version.h"
#include "config/config.h"
#include "config/settings.h"
#include "config/socket_path.h"
#include "disk/files.h"
#include "disk/git_folder.h"
#include "disk/upward_walk.h"
#include "document/names.h"
#include "launcher/text_reply.h"
#include "plan/workspace_search.h"
#include "render/style.h"
#include "session/daemon_socket.h"
#include "session/own_program.h"
#include "session/request_defaults.h"
#include "term/terminal.h"
#include "wire/request_wire.h"
#include "wire/rpc.h"

/* --- what it answers --- */

/* The name of a plan, not a path to it. */
static bool is_plain(const char *word) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-.";
    return word[0] && word[0] != '-' && word[0] != '.' && word[strspn(word, letters)] == '\0' &&
           !names_is_id(span_of(word));
}

/* Takes "-C DIR" out of the words, which end with NULL. Returns DIR; NULL if it is not there. */
static const char *take_root(int *count, char **words) {
    for (int i = 1; i + 1 < *count; i++) {
        if (strcmp(words[i], "-C") != 0)
            continue;
        const char *root = words[i + 1];
        *count -= 2;
        memmove(words + i, words + i + 2, (size_t)(*count - i + 1) * sizeof *words);
        return root;
    }
    return NULL;
}

/* "status [PLAN]", "next [PLAN]", "show [PLAN] ID", "why [PLAN] ID"; the last word may be "--json" */
static bool read_verb(int count, char **words, struct request *request) {
    static const char *const methods[] = {"status", "next", "show", "why"};
    enum { METHODS = sizeof methods / sizeof *methods, FIRST_WITH_ID = 2 };
    size_t method = 0;
    bool is_json = count > 2 && strcmp(words[count - 1], "--json") == 0;
    count -= is_json;
    request->style.form = is_json ? FORM_JSON : FORM_TEXT;
    while (count >= 2 && method < METHODS && strcmp(words[1], methods[method]) != 0)
        method++;
    if (count < 2 || method == METHODS)
        return false;
    request->method = methods[method];
    bool needs_id = method >= FIRST_WITH_ID, has_id = names_is_id(span_of(words[count - 1]));
    int plans = count - 2 - needs_id;
    if (plans == 1)
        request->plan = words[2];
    if (needs_id)
        request->id = words[count - 1];
    return needs_id == has_id && plans >= 0 && plans <= 1 && (plans == 0 || is_plain(words[2]));
}

/* Fills in @request, and the folder that -C names, or NULL. The words themselves stay as they are for batchctl-full. */
static bool read_words(int count, char **words, struct request *request, const char **root) {
    enum { WORDS_MOST = 7 }; /* batchctl -C DIR show PLAN ID --json */
    char *rest[WORDS_MOST + 1];
    if (count > WORDS_MOST)
        return false;
    memcpy(rest, words, ((size_t)count + 1) * sizeof *rest);
    *root = take_root(&count, rest);
    return read_verb(count, rest, request);
}

/* Settings but the root are read by batchctl-full alone. sudo may change whose folders are searched. */
static bool is_plain_environment(void) {
    for (enum config_key key = 0; key < CONFIG_KEYS; key++)
        if (key != CONFIG_ROOT && getenv(config_entries[key].environment))
            return false;
    return !getenv("SUDO_UID");
}

static bool has_no_settings(struct settings *settings) {
    const char *own = settings_user_file(&settings->config, getenv);
    return settings_sets_nothing(SETTINGS_SYSTEM_FILE) && (!own || settings_sets_nothing(own));
}

/* --- the workspace --- */

/* As in settings_read: the root that -C names or the environment, else what the search finds. The caller owns it. */
static char *find_root(const char *option, const char *cwd) {
    const char *named = option ? option : getenv(config_entries[CONFIG_ROOT].environment);
    struct workspace_found found;
    uid_t user = geteuid();
    if (option || (named && named[0]))
        return realpath(named, NULL);
    workspace_search_from(&(struct workspace_search){.start = cwd, .limits = {getenv("HOME"), user, user}}, &found);
    char *root = found.folder;
    found.folder = NULL;
    workspace_found_release(&found);
    return root;
}

/* Fills in what settings_read would; @option is what -C names, @cwd the working directory. */
static bool find_workspace(struct settings *settings, const char *option, const char *cwd) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    enum file_kind kind;
    settings->root = find_root(option, cwd);
    if (!settings->root || !files_open(&files, settings->root, &error) ||
        !files_look(&files, "", &kind, &settings->identity, &error) ||
        files_kind(&files, SETTINGS_WORKSPACE_FILE) != FILE_ABSENT)
        return false;
    settings->here = settings_beneath(settings, cwd);
    return true;
}

/* --- */

static struct style style_of(enum form form, const struct settings *settings, const char *cwd) {
    return (struct style){
        .form = form,
        .columns = terminal_columns(),
        .has_color = terminal_has_color(COLOR_AUTO, STDOUT_FILENO),
        .has_error_color = terminal_has_color(COLOR_AUTO, STDERR_FILENO),
        .is_ascii = terminal_is_ascii(settings->config.ascii),
        .workspace = settings->root,
        .cwd = cwd,
    };
}

/* Whose claims the daemon must see; where they are kept elsewhere, it refuses. */
static void append_git(struct buffer *text, const char *root) {
    AUTO(git_folder) git = {0};
    AUTO(error) ignored = {0};
    uid_t user = geteuid();
    git_folder_find(&git, root, &(struct walk_limits){getenv("HOME"), user, user}, &ignored);
    git_folder_append_identity(text, &git);
}

/* Appends the request's line. False if the full client has to answer. */
static bool write_line(struct buffer *line, struct request *request, struct settings *settings, const char *cwd) {
    AUTO(buffer) git = {0};
    struct rpc_root root = rpc_root_of(&settings->identity);
    request->style = style_of(request->style.form, settings, cwd);
    request_defaults_add(request, settings);
    append_git(&git, settings->root);
    request->git = buffer_text(&git);
    bool can_write = rpc_can_write(request);
    if (can_write)
        rpc_write_request(line, 1, request, &root);
    return can_write;
}

/* Returns whether the answer has been printed, with the exit status in @status; @option is what -C names, or NULL. */
static bool answer(struct request *request, const char *option, int *status) {
    AUTO(settings) settings = {0};
    AUTO(socket_paths) sockets = {0};
    AUTO(buffer) line = {0};
    AUTO_FREE char *cwd = getcwd(NULL, 0);
    config_init(&settings.config);
    if (!cwd || !has_no_settings(&settings) || !find_workspace(&settings, option, cwd) ||
        !write_line(&line, request, &settings, cwd))
        return false;
    const char *named = request->style.form == FORM_TEXT ? option : NULL;
    socket_paths_find_own(&sockets, &settings, getenv);
    for (size_t i = 0; i < sockets.count; i++) {
        AUTO_CLOSE int peer = daemon_socket_connect(sockets.names[i], NULL);
        if (peer > STDERR_FILENO) /* else a stream is closed, and the answer would go here */
            return text_reply_print(peer, buffer_span(&line), named, status);
    }
    return false;
}

/* Returns whether that was asked for, and printed. */
static bool print_version(int count, char **words) {
    AUTO(buffer) text = {0};
    if (count != 2 || (strcmp(words[1], "version") != 0 && strcmp(words[1], "--version") != 0))
        return false;
    buffer_append_format(&text, "batchctl %s\n", program_version);
    return write(STDOUT_FILENO, text.data, text.length) == (ssize_t)text.length;
}

static int run_full(char **words) {
    AUTO_FREE char *program = own_program_find("batchctl-full", FULL_PLACE);
    if (program)
        execv(program, words);
    fprintf(stderr,
            "error: cannot run batchctl-full: %s\n  hint: install batchd again; batchctl is only its launcher\n",
            program ? strerrordesc_np(errno) : "it is missing");
    return ERROR_IO;
}

int main(int count, char **words) {
    struct request request = {0};
    const char *root;
    int status = ERROR_INTERNAL;
    if (print_version(count, words))
        return 0;
    if (read_words(count, words, &request, &root) && is_plain_environment() && socket_paths_may_exist(getenv) &&
        answer(&request, root, &status))
        return status;
    return run_full(words);
}
