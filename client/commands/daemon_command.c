#include "commands/daemon_command.h"

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
#include "cli/own_program.h"
#include "commands/daemons.h"
#include "commands/manager.h"
#include "config/settings.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/rpc_client.h"
#include "session/session.h"
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

/* False with @error set if the daemon has not answered. */
static bool call(struct session *session, const char *method, struct span *result, struct error *error) {
    struct rpc_client *channel = &session->channel;
    int timeout_ms = session->settings.config.answer_timeout_ms;
    switch (rpc_client_call(channel, method, (struct span){0}, timeout_ms, result)) {
    case RPC_ANSWERED:
        return true;
    case RPC_NO_DAEMON:
        error_set(error, ERROR_UNREACHABLE, "there is no daemon of %s", session->settings.root);
        return manager_hint(error);
    case RPC_REJECTED:
        return error_set(error, ERROR_UNREACHABLE, "the daemon on %s refuses: %s", rpc_client_name(channel),
                         channel->fault.reason);
    case RPC_TIMED_OUT:
        error_set(error, ERROR_UNREACHABLE, "the daemon on %s has not answered for %d ms", rpc_client_name(channel),
                  timeout_ms);
        return error_hint(error, "it may be stopped or stuck; its log tells more");
    case RPC_MALFORMED:
        return error_set(error, ERROR_UNREACHABLE, "the daemon on %s sends what is no answer",
                         rpc_client_name(channel));
    default:
        return error_set(error, ERROR_UNREACHABLE, "the daemon on %s went away", rpc_client_name(channel));
    }
}

/* @stopped: those that were looked for beside the root's own; NULL if none were. */
static void write_status(struct answer *answer, struct session *session, bool is_running, struct span stats,
                         const struct daemons *stopped) {
    struct json_writer writer = {.buffer = &answer->data};
    json_writer_open_object(&writer);
    json_writer_key_boolean(&writer, "running", is_running);
    json_writer_key_string(&writer, "socket", is_running && !stopped ? rpc_client_name(&session->channel) : NULL);
    json_writer_key(&writer, "stats");
    if (stats.length)
        json_writer_raw(&writer, stats);
    else
        json_writer_null(&writer);
    if (stopped)
        daemons_write(stopped, &writer, "stopped");
    else
        json_writer_key_null(&writer, "stopped");
    json_writer_close_object(&writer);
}

static void append_duration(struct buffer *text, size_t milliseconds) {
    size_t seconds = milliseconds / 1000;
    if (seconds >= 86400)
        buffer_append_format(text, "%zu d %zu h", seconds / 86400, seconds % 86400 / 3600);
    else if (seconds >= 3600)
        buffer_append_format(text, "%zu h %zu min", seconds / 3600, seconds % 3600 / 60);
    else if (seconds >= 60)
        buffer_append_format(text, "%zu min %zu s", seconds / 60, seconds % 60);
    else
        buffer_append_format(text, "%zu s", seconds);
}

/* By auto_create. */
static void append_owed(struct buffer *line, const cJSON *item) {
    size_t attempts = json_get_unsigned(item, "attempts");
    buffer_append_format(line, "level %zu of %s: the EXECUTION_TASKs of %s", json_get_unsigned(item, "level"),
                         styled_text_string(item, "path"), styled_text_string(item, "ids"));
    if (attempts)
        buffer_append_format(line, "; failed %zu time%s: %s", attempts, text_plural(attempts),
                             styled_text_string(item, "failure"));
}

static void render_daemon(struct buffer *text, const cJSON *data, const struct style *style) {
    const cJSON *stats = json_get(data, "stats");
    if (!styled_text_is_null(data, "stopped")) {
        daemons_render(text, styled_text_first(data, "stopped"));
        return;
    }
    if (styled_text_is_null(data, "stats")) {
        if (!style->has_failed)
            buffer_append_string(text, json_get_boolean(data, "running") ? "The configuration has been read again.\n"
                                                                         : "The daemon has stopped.\n");
        return;
    }
    buffer_append_format(text, "batchd %s is running: process %zu, for ", styled_text_string(stats, "version"),
                         json_get_unsigned(stats, "process"));
    append_duration(text, json_get_unsigned(stats, "uptime_ms"));
    buffer_append_string(text, "\n\n");
    styled_text_append_line(text, "root", styled_text_string(stats, "path"));
    styled_text_append_line(text, "socket", styled_text_string(data, "socket"));
    AUTO(buffer) line = {0};
    buffer_append_format(&line, "%zu, with %zu achievements, %zu ready; %zu invalid", json_get_unsigned(stats, "plans"),
                         json_get_unsigned(stats, "achievements"), json_get_unsigned(stats, "ready"),
                         json_get_unsigned(stats, "plans_invalid"));
    styled_text_append_line(text, "plans", line.data);
    buffer_clear(&line);
    if (strcmp(styled_text_string(stats, "watch"), "ok") == 0)
        buffer_append_format(&line, "all folders: %zu", json_get_unsigned(stats, "watches"));
    else
        buffer_append_format(&line, "not all folders, so it polls: %s", styled_text_string(stats, "watch_reason"));
    styled_text_append_line(text, "watching", line.data);
    buffer_clear(&line);
    buffer_append_format(&line, "%zu, %zu of them subscribed to events", json_get_unsigned(stats, "connections"),
                         json_get_unsigned(stats, "subscriptions"));
    styled_text_append_line(text, "clients", line.data);
    buffer_clear(&line);
    for (const cJSON *item = styled_text_first(stats, "owed"); item; item = item->next) {
        append_owed(&line, item);
        styled_text_append_line(text, "owed", line.data);
        buffer_clear(&line);
    }
    buffer_append_format(&line, "answers: %zu, events: %zu, overflows: %zu, audits: %zu, differences: %zu",
                         json_get_unsigned(stats, "requests"), json_get_unsigned(stats, "events"),
                         json_get_unsigned(stats, "watch_overflows"), json_get_unsigned(stats, "audits"),
                         json_get_unsigned(stats, "audit_differences"));
    styled_text_append_line(text, "so far", line.data);
}

/* Until it is replaced, it answers nothing about plans: see rpc.h. */
static void warn_of_version(struct answer *answer, struct span stats) {
    struct span version = rpc_member(stats, "version");
    AUTO(buffer) message = {0};
    if (version.length < 2)
        return;
    version = (struct span){version.data + 1, version.length - 2};
    if (span_equals(version, program_version))
        return;
    buffer_append_string(&message, "the daemon is batchd ");
    text_append_visible(&message, version);
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
    struct span stats = {0};
    bool is_running = call(session, "stats", &stats, error);
    write_status(answer, session, is_running, stats, NULL);
    warn_of_version(answer, stats);
}

/* The configuration is the daemon's: what is wrong with it, it says. */
static void reload(struct session *session, struct answer *answer, struct error *error) {
    struct span result;
    AUTO(json) json = {0};
    if (!call(session, "reload", &result, error))
        return;
    if (json_read_ours(&json, result)) {
        const cJSON *item = json_get(json.root, "diagnostics") ? json_get(json.root, "diagnostics")->child : NULL;
        if (!json_get_boolean(json.root, "ok")) {
            error_set(error, (enum error_code)json_get_unsigned(json.root, "code"), "%s",
                      item ? styled_text_string(item, "message") : "the configuration could not be read again");
            if (item && json_get_string(item, "hint"))
                error_hint(error, "%s", json_get_string(item, "hint"));
        }
    }
    write_status(answer, session, true, (struct span){0}, NULL);
}

/* Also while this program cannot read the configuration: then the daemon says, and logs, why it keeps its own. */
static int run_reload(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    bool is_started = command_open(&session, options, &answer.diagnostics, &error);
    if (!is_started && session.settings.identity.inode) {
        session_init_channel(&session, &session.channel);
        error_release(&error);
        diagnostics_release(&answer.diagnostics);
        is_started = true;
    }
    if (is_started)
        reload(&session, &answer, &error);
    session_release(&session);
    if (error.code)
        answer_fail(&answer, &error);
    return command_finish(&answer, options, render_daemon);
}

static void finish_status(struct answer *answer, struct session *session, const struct error *error) {
    write_status(answer, session, error->code != ERROR_NONE, (struct span){0}, NULL);
}

/* It ends the connection when it has ended. */
static void stop(struct session *session, struct answer *answer, struct error *error) {
    struct span line;
    if (!call(session, "shutdown", &line, error))
        return;
    daemons_await_end(&session->channel, error);
    finish_status(answer, session, error);
}

static void stop_all(struct session *session, struct answer *answer, struct error *error) {
    AUTO(daemons) stopped = {0};
    daemons_stop(&stopped, &session->settings, NULL, error);
    write_status(answer, session, error->code != ERROR_NONE, (struct span){0}, &stopped);
}

/*
 * Whatever is wrong with the workspace or the configuration, a daemon can be stopped. @error says what is wrong, and
 * remains if none is found.
 */
static void stop_anyhow(struct session *session, struct answer *answer, struct error *error) {
    const struct settings *settings = &session->settings;
    AUTO(daemons) stopped = {0};
    struct error trouble = {0};
    if (settings->identity.inode) { /* the root is there: its daemon is found as usual */
        session_init_channel(session, &session->channel);
        error_release(error);
        stop(session, answer, error);
        return;
    }
    if (settings->named)
        daemons_stop(&stopped, settings, settings->named, &trouble);
    if (stopped.count || trouble.code) {
        error_release(error);
        *error = trouble;
        write_status(answer, session, error->code != ERROR_NONE, (struct span){0}, &stopped);
    }
}

static int run_stop(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    bool is_started = command_open(&session, options, &answer.diagnostics, &error);
    if (is_started || options->wants_all)
        diagnostics_release(&answer.diagnostics);
    if (options->wants_all) {
        error_release(&error);
        stop_all(&session, &answer, &error);
    } else if (is_started) {
        stop(&session, &answer, &error);
    } else {
        stop_anyhow(&session, &answer, &error);
    }
    session_release(&session);
    if (error.code)
        answer_fail(&answer, &error);
    return command_finish(&answer, options, render_daemon);
}

static int run_status(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    show_status(&session, &answer, &error);
    session_release(&session);
    if (error.code)
        answer_fail(&answer, &error);
    return command_finish(&answer, options, render_daemon);
}

int daemon_command_run(const struct verb *verb, struct options *options) {
    const char *word = options->argument_count == 1 ? options->arguments[0] : "";
    options->has_no_daemon = false;
    if (strcmp(word, "stop") == 0 || strcmp(word, "reload") == 0)
        signal(SIGPIPE, SIG_IGN); /* a reader that is gone must not end it without a word about what was done */
    if (strcmp(word, "stop") == 0)
        return run_stop(verb, options);
    if (options->wants_all)
        return command_fail_usage(verb, options, "--all goes with stop");
    if (strcmp(word, "run") == 0)
        return run_daemon(verb, options);
    if (strcmp(word, "reload") == 0)
        return run_reload(verb, options);
    if (strcmp(word, "status") == 0)
        return run_status(verb, options);
    return command_fail_usage(verb, options, "one of run, status, reload, stop is expected");
}
