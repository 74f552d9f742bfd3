/*
 * The verb doctor finds out what only the asking program can see: its configuration, the daemon and the sockets that it
 * would talk to, and the library that the menu loads. A daemon that answers and has nothing to complain of makes no
 * finding, nor does none: it is not needed. Beside those of doctor/check_daemon there are warnings
 *
 * - config.*: see config.h; config.unusable: there is no valid one. Those of the configuration are errors, too
 * - daemon.unreachable: a daemon of the root runs, but not on any socket where it is looked for
 * - daemon.silent: it does not answer in time
 * - daemon.lost: it has closed the connection without an answer
 * - daemon.refuses: it says that it will not answer
 * - daemon.unit: see manager.h
 *
 * and a note, menu.missing: libncursesw, which the menu needs, is not installed.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "commands/manager.h"
#include "config/settings.h"
#include "config/socket_path.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "doctor/check_daemon.h"
#include "doctor/findings.h"
#include "session/rpc_client.h"
#include "session/session.h"
#include "term/libncursesw.h"
#include "view/daemon_view.h"
#include "wire/daemon_wire.h"

static void check_configuration(struct findings *findings, const struct diagnostics *configuration,
                                const struct error *failure) {
    for (size_t i = 0; i < configuration->count; i++)
        findings_take(findings, &configuration->items[i], "batchctl config show");
    if (failure->code && configuration->error_count == 0)
        findings_report(findings, FINDING_ERROR, "config.unusable", NULL, failure->hint, "%s", failure->message);
}

/* --- sockets --- */

static bool is_dead(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) > SOCKET_PATH_BYTES_MOST)
        return false;
    memcpy(address.sun_path, path, strlen(path));
    AUTO_CLOSE int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    return probe >= 0 && connect(probe, (const struct sockaddr *)&address, sizeof address) != 0 &&
           errno == ECONNREFUSED;
}

/* Those of other roots are none of this workspace's business. */
static void check_sockets(struct findings *findings, const struct rpc_client *channel) {
    for (size_t i = 0; i < channel->addresses.own_count; i++) {
        const char *path = channel->addresses.names[i];
        struct stat status;
        if (lstat(path, &status) == 0)
            check_daemon_socket(&(struct check_socket){path, status.st_mode, status.st_uid, is_dead(path)}, findings);
    }
}

/* --- the daemon --- */

/* Anybody may hold a lock on a folder. */
static bool is_batchd(long process) {
    char path[40], name[16];
    snprintf(path, sizeof path, "/proc/%ld/comm", process);
    AUTO_CLOSE int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = file < 0 ? -1 : read(file, name, sizeof name);
    return got > 0 && span_equals((struct span){name, (size_t)got}, "batchd\n");
}

/* The daemon of the root holds a lock on it for its life, wherever it listens; 0 if there is none. */
static long find_process(const struct session *session) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    long process = files_open(&files, session->settings.root, &error) ? files_lock_holder(&files, "") : 0;
    return process > 0 && is_batchd(process) ? process : 0;
}

static void check_answer(struct findings *findings, struct span result) {
    AUTO(arena) arena = {0};
    struct daemon_stats stats;
    if (!daemon_wire_read_stats(&stats, result, &arena))
        return;
    check_daemon_stats(&stats, findings);
}

/* It holds nothing that is not in the files, so there is nothing to lose by ending it. */
static void report_trouble(struct findings *findings, const struct rpc_client *channel, enum rpc_outcome outcome,
                           int timeout_ms, long process) {
    static const char *const codes[] = {[RPC_TIMED_OUT] = "daemon.silent",
                                        [RPC_REJECTED] = "daemon.refuses",
                                        [RPC_MALFORMED] = "daemon.lost",
                                        [RPC_DISCONNECTED] = "daemon.lost"};
    AUTO(arena) arena = {0};
    AUTO(buffer) trouble = {0};
    const char *remedy =
        process ? arena_format(&arena, "kill -9 %ld, and " CHECK_DAEMON_START, process) : CHECK_DAEMON_START;
    rpc_client_explain(channel, outcome, timeout_ms, &trouble);
    findings_report(findings, FINDING_WARNING, codes[outcome], NULL, remedy, "the daemon %s; commands do without it",
                    trouble.data);
}

static void report_absence(struct findings *findings, const struct settings *settings, long process) {
    if (process)
        findings_report(
            findings, FINDING_WARNING, "daemon.unreachable", NULL,
            "give both the same socket: [daemon] socket, or BATCHD_SOCKET",
            "process %ld is the daemon of this root; it is only starting, or listens nowhere that is known here",
            process);
    else
        manager_check(findings, settings);
}

static void check_daemon(struct findings *findings, const struct session *session, struct rpc_client *channel) {
    struct span result;
    int timeout_ms = session->settings.config.answer_timeout_ms;
    long process = find_process(session);
    enum rpc_outcome outcome = rpc_client_call(channel, "stats", (struct span){0}, timeout_ms, &result);
    if (outcome == RPC_ANSWERED) {
        check_answer(findings, result);
        return;
    }
    if (outcome == RPC_NO_DAEMON) {
        report_absence(findings, &session->settings, process);
        return;
    }
    if (outcome == RPC_REJECTED || outcome == RPC_DISCONNECTED)
        manager_check(findings,
                      &session->settings); /* it may be the socket unit that answers for a service that cannot start */
    report_trouble(findings, channel, outcome, timeout_ms, process);
}

/* --- the menu --- */

static void check_menu(struct findings *findings) {
    AUTO(error) error = {0};
    if (!libncursesw(&error))
        findings_report(findings, FINDING_NOTE, "menu.missing", NULL, error.hint, "%s", error.message);
}

/* --- */

static void find(struct findings *findings, const struct session *session, const struct diagnostics *configuration,
                 const struct error *failure) {
    check_configuration(findings, configuration, failure);
    if (session->has_daemon) {
        struct rpc_client channel;
        session_init_channel(session, &channel);
        check_sockets(findings, &channel);
        check_daemon(findings, session, &channel);
        rpc_client_release(&channel);
    }
    check_menu(findings);
}

/* --- the verb --- */

/*
 * The request's findings are what is wrong outside the workspace's files. Nothing is asked of a daemon, nor looked at,
 * if the session is not to use one. It takes two times answer_timeout at most. A configuration that is wrong is
 * something to find; without a root there is nothing to look at.
 */
int doctor_command_run(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct error error = {0};
    AUTO(diagnostics) configuration = {0};
    AUTO(findings) findings = {0};
    struct answer answer = {.kind = verb->name};
    struct request request = {.method = verb->name, .findings = &findings};
    command_open(&session, options, &configuration, &error);
    command_note_place(options, &session);
    if (session.settings.root) {
        find(&findings, &session, &configuration, &error);
        error_release(&error);
        session_view(&session, &request, &answer);
    } else {
        diagnostics_append(&answer.diagnostics, &configuration);
        answer_fail(&answer, &error);
    }
    session_release(&session);
    return command_finish(&answer, options);
}
