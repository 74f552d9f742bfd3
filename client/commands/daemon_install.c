/*
 * "daemon install" and "daemon uninstall": the unit of the workspace (see manager.h) in the user's systemd. What is to
 * be run is shown and confirmed first; nothing is run where nothing is to be done.
 */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "commands/daemons.h"
#include "commands/manager.h"
#include "config/socket_path.h"
#include "render/daemon_text.h"
#include "render/style.h"
#include "session/program.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/daemon_view.h"

enum { COMMANDS_MOST = 2, WORDS_MOST = 8, DEADLINE_MS = 1000 };

/* A command with its words; NULL ends them. */
struct command {
    const char *words[WORDS_MOST];
};

/* One run of the verb. */
struct installation {
    struct session session;
    struct options *options;
    bool is_removal;
    struct answer answer;
    struct manager_unit unit;
    struct manager_state state;
    bool is_lingering; /* the user's manager is started at boot */
    struct command commands[COMMANDS_MOST];
    size_t command_count;
};

/* --- what is to be done --- */

static bool is_beneath(const char *path, const char *folder) {
    size_t length = strlen(folder);
    return strncmp(path, folder, length) == 0 && (path[length] == '/' || path[length] == '\0');
}

static bool fail_without(struct error *error, const char *what) {
    error_set(error, ERROR_UNREACHABLE, "%s; nothing was changed", what);
    return error_hint(error, "batchctl daemon run starts the daemon without systemd");
}

/* Is it escaped where systemd 252 writes down the names of sockets, and so lost when it reads its units again? */
static bool is_lost(const char *root) {
    for (const char *byte = root; *byte; byte++)
        if (*byte < ' ' || *byte > '~' || strchr("\"'\\", *byte))
            return true;
    return false;
}

/* Can the unit serve the workspace? The configured one's socket has another name. */
static bool check_workspace(struct installation *run, struct error *error) {
    const char *root = run->session.settings.root;
    struct arena *arena = &run->answer.arena;
    if (!run->unit.is_configured && is_lost(root))
        return fail_without(error,
                            arena_format(arena,
                                         "systemd keeps no socket of a name with quotes, backslashes or letters beyond "
                                         "ASCII, such as %s",
                                         root));
    if (!run->unit.is_configured && !socket_path_of_instance(arena, root, getenv))
        return fail_without(
            error, arena_format(arena, "the path %s is too long for the name of a socket, and so of a service", root));
    if (is_beneath(root, "/tmp") || is_beneath(root, "/var/tmp"))
        return fail_without(error,
                            arena_format(arena, "services have a separate /tmp and /var/tmp, and cannot see %s", root));
    return true;
}

static bool look(struct installation *run, struct error *error) {
    static const char *const linger[] = {"loginctl", "show-user", "--property=Linger", "--value", NULL, NULL};
    const char *words[sizeof linger / sizeof *linger];
    AUTO(buffer) text = {0};
    if (!manager_is_there())
        return fail_without(error, "this user has no systemd that runs");
    run->unit = manager_unit_of(&run->answer.arena, &run->session.settings);
    if (!run->is_removal && !check_workspace(run, error))
        return false;
    run->state = manager_look(&run->unit);
    if (!run->state.is_known)
        return fail_without(error, arena_format(&run->answer.arena,
                                                "systemd does not have the unit %s (after an "
                                                "installation: systemctl --user daemon-reload)",
                                                run->unit.service));
    memcpy(words, linger, sizeof linger);
    words[4] = arena_format(&run->answer.arena, "%u", (unsigned)geteuid());
    run->is_lingering =
        program_capture(words, NULL, DEADLINE_MS, &text) && span_equals(span_trim(buffer_span(&text)), "yes");
    return true;
}

static void add_command(struct installation *run, struct command command) {
    run->commands[run->command_count++] = command;
}

/* The socket starts the service for the first client; with --linger the service is started at boot. */
static void plan_install(struct installation *run) {
    const struct manager_unit *unit = &run->unit;
    const struct manager_state *state = &run->state;
    bool is_wanted = run->options->wants_linger;
    if (!state->is_socket_enabled || !state->is_listening || (is_wanted && !(state->is_enabled && state->is_running)))
        add_command(run, (struct command){{"systemctl", "--user", "--quiet", "enable", "--now", unit->socket,
                                           is_wanted ? unit->service : NULL}});
    if (is_wanted && !run->is_lingering)
        add_command(run, (struct command){{"loginctl", "enable-linger"}});
}

static void plan_removal(struct installation *run) {
    const struct manager_unit *unit = &run->unit;
    const struct manager_state *state = &run->state;
    if (state->is_socket_enabled || state->is_enabled || state->is_listening || state->is_running || state->has_failed)
        add_command(
            run, (struct command){{"systemctl", "--user", "--quiet", "disable", "--now", unit->socket, unit->service}});
}

/* --- doing it --- */

/* As it is typed. */
static const char *command_text(struct arena *arena, const struct command *command) {
    AUTO(buffer) text = {0};
    for (size_t i = 0; command->words[i]; i++) {
        buffer_append_string(&text, i ? " " : "");
        text_append_shell_word(&text, command->words[i]);
    }
    return arena_copy(arena, text.data, text.length);
}

/* What it prints goes to standard error, as the answer may be JSON. */
static bool run_command(const struct command *command) {
    pid_t child = program_start((const char *const *)command->words, NULL, STDIN_FILENO, STDERR_FILENO, STDERR_FILENO);
    return child && program_wait(child) == 0;
}

static bool carry_out(struct installation *run, struct error *error) {
    for (size_t i = 0; i < run->command_count; i++) {
        if (run_command(&run->commands[i]))
            continue;
        error_set(error, ERROR_UNREACHABLE, "this has failed: %s", command_text(&run->answer.arena, &run->commands[i]));
        return error_hint(error, "batchctl daemon run starts the daemon without systemd");
    }
    run->state = manager_look(&run->unit);
    run->is_lingering |= run->options->wants_linger;
    return true;
}

/* --- the answer --- */

static void show(struct installation *run, bool is_done) {
    const char *commands[COMMANDS_MOST];
    for (size_t i = 0; i < run->command_count; i++)
        commands[i] = command_text(&run->answer.arena, &run->commands[i]);
    const struct daemon_service service = {.unit = run->unit.service,
                                           .path = run->session.settings.root,
                                           .commands = commands,
                                           .command_count = run->command_count,
                                           .is_removal = run->is_removal,
                                           .is_done = is_done && run->command_count,
                                           .is_running = run->state.is_running,
                                           .is_lingering = run->is_lingering && run->state.is_enabled};
    daemons_answer(&run->answer, &(struct daemon_view){.is_running = run->state.is_running, .service = &service});
}

static void show_preview(const struct installation *run) {
    AUTO(buffer) text = {0};
    const struct style style = command_style(run->options);
    daemon_text_append(&text, run->answer.view, &style);
    terminal_put(stderr, buffer_span(&text));
}

/* True if it is to be done. The preview is the answer until then. */
static bool confirm(struct installation *run, struct error *error) {
    const struct options *options = run->options;
    if (!run->command_count || options->is_dry_run)
        return false;
    if (options->is_yes)
        return true;
    bool can_ask = command_can_ask(options);
    if (can_ask)
        show_preview(run);
    if (command_confirm(options, run->is_removal ? "Remove the service?" : "Install the service?", error))
        return true;
    if (!can_ask)
        return error_hint(error, "add --yes to have it done, or --dry-run to look only");
    run->answer.view = NULL; /* it has been shown */
    return false;
}

static void answer(struct installation *run, struct error *error) {
    if (!look(run, error))
        return;
    if (run->is_removal)
        plan_removal(run);
    else
        plan_install(run);
    show(run, false);
    if (confirm(run, error) && carry_out(run, error))
        show(run, true);
}

int daemon_install_run(const struct verb *verb, struct options *options) {
    struct installation run = {.options = options, .is_removal = strcmp(options->arguments[0], "uninstall") == 0};
    struct error error = {0};
    int status;
    signal(SIGPIPE, SIG_IGN); /* as in daemon stop */
    if (!command_start(&run.session, verb, options, &status))
        return status;
    run.answer.kind = verb->name;
    answer(&run, &error);
    if (error.code)
        answer_fail(&run.answer, &error);
    session_release(&run.session);
    return command_finish(&run.answer, options);
}
