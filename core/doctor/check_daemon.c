#include "doctor/check_daemon.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "base/version.h"

/* --- sockets --- */

/* The remedy is @command, which ends with a blank, and the path. */
static void report_socket(const struct check_socket *socket, enum finding_severity severity, const char *code,
                          const char *command, const char *message, struct findings *findings) {
    AUTO(buffer) remedy = {0};
    buffer_append_string(&remedy, command);
    text_append_shell_word(&remedy, socket->path);
    findings_report(findings, severity, code, socket->path, buffer_text(&remedy), "%s", message);
}

void check_daemon_socket(const struct check_socket *socket, struct findings *findings) {
    if (!S_ISSOCK(socket->mode)) {
        findings_report(findings, FINDING_WARNING, "socket.occupied", socket->path,
                        "move it away, or name another socket: [daemon] socket, or BATCHD_SOCKET",
                        "this is not a socket: no daemon can listen there");
        return;
    }
    if (socket->owner != geteuid() && socket->owner != 0) {
        findings_report(findings, FINDING_WARNING, "socket.owner", socket->path,
                        "name another socket: [daemon] socket, or BATCHD_SOCKET",
                        "it belongs to another user (uid %u): its answers are not used", (unsigned)socket->owner);
        return;
    }
    if (socket->mode & 0077)
        report_socket(socket, FINDING_WARNING, "socket.permissions", "chmod 600 ",
                      "other users can connect, and the daemon rejects them", findings);
    else if ((socket->mode & 0600) != 0600)
        report_socket(socket, FINDING_WARNING, "socket.permissions", "chmod 600 ", "its owner cannot connect",
                      findings);
    if (socket->is_dead)
        report_socket(socket, FINDING_NOTE, "socket.dead", "rm ",
                      "no process listens on it; the next daemon there replaces it", findings);
}

/* --- a daemon that answers --- */

static void check_version(const struct daemon_stats *stats, struct findings *findings) {
    if (strcmp(stats->version, program_version) != 0)
        findings_report(findings, FINDING_WARNING, "daemon.version", NULL,
                        "batchctl daemon stop, and " CHECK_DAEMON_START,
                        "the daemon is batchd %s, and this is batchctl %s", stats->version, program_version);
}

/* The daemon tries again all the time, so it takes no notice of it but by what it finds. */
static const char *remedy_for(const char *reason) {
    if (strstr(reason, "max_user_instances"))
        return "sudo sysctl fs.inotify.max_user_instances=512; the daemon goes back to watching then";
    if (strstr(reason, "max_user_watches"))
        return "sudo sysctl fs.inotify.max_user_watches=524288; the daemon goes back to watching then";
    return "nothing has to be done: answers are right, and events come up to a second late";
}

static void check_watching(const struct daemon_stats *stats, struct findings *findings) {
    size_t differences = stats->audit_differences;
    if (stats->is_polling)
        findings_report(findings, FINDING_WARNING, "daemon.polling", NULL, remedy_for(stats->watch_reason),
                        "the daemon cannot watch all folders, and looks at them once a second: %s",
                        stats->watch_reason);
    if (differences)
        findings_report(
            findings, FINDING_WARNING, "daemon.audit", NULL,
            "keep the plans where only this machine writes; batchctl daemon status shows the count",
            "the daemon received no event for %zu change%s, and found them later in an audit: events came late",
            differences, text_plural(differences));
}

/* What auto_create has not created yet: it goes on trying. */
static void check_owed(const struct daemon_owed *owed, struct findings *findings) {
    if (owed->attempts)
        findings_report(findings, FINDING_WARNING, "daemon.owed", owed->path,
                        "fix that; the daemon tries again at each change of the plan",
                        "auto_create owes level %zu the EXECUTION_TASKs of %s; failed %zu time%s: %s", owed->level,
                        owed->ids, owed->attempts, text_plural(owed->attempts), owed->failure);
    else
        findings_report(findings, FINDING_NOTE, "daemon.owed", owed->path, NULL,
                        "auto_create owes level %zu the EXECUTION_TASKs of %s, and is creating them", owed->level,
                        owed->ids);
}

void check_daemon_stats(const struct daemon_stats *stats, struct findings *findings) {
    check_version(stats, findings);
    check_watching(stats, findings);
    for (size_t i = 0; i < stats->owed_count; i++)
        check_owed(&stats->owed[i], findings);
}
