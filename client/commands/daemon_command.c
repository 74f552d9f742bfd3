#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "cli/command.h"
#include "cli/command_words.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "commands/daemons.h"
#include "commands/manager.h"
#include "config/settings.h"
#include "session/own_program.h"
#include "session/rpc_client.h"
#include "session/session.h"
#include "view/daemon_view.h"
#include "wire/answer_wire.h"
#include "wire/daemon_wire.h"
#include "wire/rpc.h"

/* --- run --- */

/* The one that was installed with this program; else that in PATH. */
static char *find_daemon(void) {
    char *path = own_program_find("batchd", DAEMON_PLACE);
    return path ? path : memory_copy("batchd");
}

/* Becomes the daemon, in the foreground. It does not search for its workspace: that is done here. */
static int run_daemon(const struct verb *verb, struct options *options) {
    struct session session;
    struct error error = {0};
    int status;
    options->has_no_daemon = true;
    if (!command_start(&session, verb, options, &status))
        return status;
    AUTO_FREE char *path = find_daemon();
    char root[] = "--root", verbose[] = "-v";
    char *words[] = {path, root, session.settings.named, options->is_verbose ? verbose : NULL, NULL};
    execvp(path, words);
    error_set_system(&error, errno, "cannot start %s", path);
    error_hint(&error, "is batchd installed?");
    session_release(&session);
    return command_fail(&error, verb->name, options->is_json);
}

/* --- asking it --- */

/* What became of a call that the daemon has not answered. */
static bool fail_call(const struct session *session, enum rpc_outcome outcome, struct error *error) {
    const struct rpc_client *channel = &session->channel;
    session_fail_call(session, channel, outcome, error);
    if (outcome == RPC_NO_DAEMON)
        return manager_hint(error, &session->settings);
    if (outcome == RPC_REJECTED && channel->fault.code == RPC_OTHER_PROTOCOL)
        return manager_hint_replacement(error, &session->settings, channel->process);
    return outcome == RPC_TIMED_OUT ? error_hint(error, "it may be stopped or stuck; its log says more") : false;
}

/* False with @error set if the daemon has not answered. */
static bool call(struct session *session, const char *method, struct span *result, struct error *error) {
    enum rpc_outcome outcome = rpc_client_call(&session->channel, method, (struct span){0},
                                               session->settings.config.answer_timeout_ms, result);
    return outcome == RPC_ANSWERED || fail_call(session, outcome, error);
}

/* About the daemon of the session's root. */
static void show_own(struct answer *answer, const struct session *session, bool is_running,
                     const struct daemon_stats *stats) {
    const char *socket = is_running ? rpc_client_name(&session->channel) : NULL;
    daemons_answer(answer, &(struct daemon_view){.is_running = is_running, .socket = socket, .stats = stats});
}

/* What became of a daemon; nothing if it was only asked. */
static void append_deed(struct buffer *deed, const struct answer *answer) {
    const struct daemon_view *view = answer->view;
    if (!view || answer->code || view->stats || view->service)
        return;
    if (view->stopped_count)
        buffer_append_format(deed, "%zu daemon%s stopped", view->stopped_count,
                             view->stopped_count == 1 ? " has" : "s have");
    else if (!view->stopped)
        buffer_append_string(deed, view->is_running ? "the configuration was read again" : "the daemon has stopped");
}

static int finish(struct answer *answer, struct session *session, struct error *error, const struct options *options) {
    AUTO(buffer) deed = {0};
    session_release(session);
    if (error->code)
        answer_fail(answer, error);
    append_deed(&deed, answer);
    return command_finish_deed(answer, options, buffer_text(&deed));
}

/* Until it is replaced, it answers nothing about plans: see rpc.h. */
static void warn_of_version(struct answer *answer, const char *version) {
    AUTO(buffer) message = {0};
    if (!version[0] || strcmp(version, program_version) == 0)
        return;
    buffer_append_string(&message, "the daemon is batchd ");
    text_append_visible(&message, span_of(version));
    buffer_append_format(&message, ", and this is batchctl %s, which answers without the daemon", program_version);
    diagnostics_add(&answer->diagnostics, &(struct diagnostic){
                                              .severity = SEVERITY_WARNING,
                                              .code = "daemon.version",
                                              .message = message.data,
                                              .hint = "batchctl daemon stop ends it; if it is a service, the one that "
                                                      "is installed starts with the next request",
                                          });
}

static void show_status(struct session *session, struct answer *answer, struct error *error) {
    struct span result;
    struct daemon_stats *stats = arena_allocate(&answer->arena, 1, sizeof *stats);
    bool is_running =
        call(session, "stats", &result, error) &&
        (daemon_wire_read_stats(stats, result, &answer->arena) || fail_call(session, RPC_MALFORMED, error));
    show_own(answer, session, is_running, is_running ? stats : NULL);
    if (is_running)
        warn_of_version(answer, stats->version);
}

/* The configuration is the daemon's: what is wrong with it, it says. */
static void reload(struct session *session, struct answer *answer, struct error *error) {
    struct span result;
    AUTO(answer) reloaded = {0};
    if (!call(session, "reload", &result, error))
        return;
    if (!rpc_read_result(&reloaded, result)) {
        fail_call(session, RPC_MALFORMED, error);
    } else if (reloaded.code) {
        const struct diagnostic *said = reloaded.diagnostics.count ? reloaded.diagnostics.items : NULL;
        error_set(error, reloaded.code, "%s", said ? said->message : "the configuration could not be read again");
        if (said && said->hint)
            error_hint(error, "%s", said->hint);
    }
    show_own(answer, session, true, NULL);
}

/* Also while this program cannot read the configuration: then the daemon says, and logs, why it keeps its own. */
static int run_reload(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    signal(SIGPIPE, SIG_IGN); /* a reader that is gone must not end it without a word about what was done */
    bool is_started = command_open(&session, options, &answer.diagnostics, &error);
    if (!is_started && session.settings.identity.inode) {
        session_init_channel(&session, &session.channel);
        error_release(&error);
        diagnostics_release(&answer.diagnostics);
        is_started = true;
    }
    if (is_started)
        reload(&session, &answer, &error);
    return finish(&answer, &session, &error, options);
}

/* It ends the connection when it has ended. */
static void stop(struct session *session, struct answer *answer, struct error *error) {
    struct span line;
    if (!call(session, "shutdown", &line, error))
        return;
    daemons_await_end(&session->channel, error);
    show_own(answer, session, error->code != ERROR_NONE, NULL);
}

/* Those that serve the folder @path; all if it is NULL. */
static void stop_all(struct session *session, const char *path, struct answer *answer, struct error *error) {
    struct daemon_view view = {0};
    daemons_stop(&view, &answer->arena, &session->settings, path, error);
    view.is_running = error->code != ERROR_NONE;
    if (!path || view.stopped_count || error->code)
        daemons_answer(answer, &view);
}

/*
 * Whatever is wrong with the workspace or the configuration, a daemon can be stopped. @error says what is wrong, and
 * remains if none is found.
 */
static void stop_anyhow(struct session *session, struct answer *answer, struct error *error) {
    const struct settings *settings = &session->settings;
    struct error trouble = {0};
    if (settings->identity.inode) { /* the root is there: its daemon is found as usual */
        session_init_channel(session, &session->channel);
        error_release(error);
        stop(session, answer, error);
        return;
    }
    if (settings->named)
        stop_all(session, settings->named, answer, &trouble);
    if (answer->view) {
        error_release(error);
        *error = trouble;
    }
}

static int run_stop(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    signal(SIGPIPE, SIG_IGN); /* a reader that is gone must not end it without a word about what was done */
    bool is_started = command_open(&session, options, &answer.diagnostics, &error);
    if (is_started || options->wants_all)
        diagnostics_release(&answer.diagnostics);
    if (options->wants_all) {
        error_release(&error);
        stop_all(&session, NULL, &answer, &error);
    } else if (is_started) {
        stop(&session, &answer, &error);
    } else {
        stop_anyhow(&session, &answer, &error);
    }
    return finish(&answer, &session, &error, options);
}

static int run_status(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    show_status(&session, &answer, &error);
    return finish(&answer, &session, &error, options);
}

int daemon_command_run(const struct verb *verb, struct options *options) {
    static const struct command_word words[] = {
        {"run", NULL, run_daemon, 0, false},
        {"status", NULL, run_status, 0, false},
        {"reload", NULL, run_reload, 0, false},
        {"stop", NULL, run_stop, SCOPE_STOP, false},
        {"install", NULL, daemon_install_run, SCOPE_DAEMON | SCOPE_INSTALL, false},
        {"uninstall", NULL, daemon_install_run, SCOPE_DAEMON, false},
        {0},
    };
    options->has_no_daemon = false;
    return command_words_run(words, verb, options);
}
