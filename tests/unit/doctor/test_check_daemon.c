/*
 * core/doctor/check_daemon: what is wrong with a socket, and what a daemon complains of.
 */
#include "doctor/check_daemon.h"

#include <criterion/criterion.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/version.h"

TestSuite(check_daemon, .timeout = 60);

static void expect_found(struct findings *findings, const char *code, enum finding_severity severity, size_t row) {
    cr_expect_eq(findings->count, (size_t)(code != NULL), "row %zu: %zu findings", row, findings->count);
    if (code && findings->count) {
        cr_expect_str_eq(findings->items[0].code, code, "row %zu", row);
        cr_expect_eq(findings->items[0].severity, severity, "row %zu", row);
    }
    findings_release(findings);
}

Test(check_daemon, sockets) {
    const uid_t own = geteuid(), other = own + 1;
    const struct {
        struct check_socket socket;
        const char *code;
        enum finding_severity severity;
    } rows[] = {
        {{"/s", S_IFSOCK | 0600, own, false}, NULL, 0},
        {{"/s", S_IFREG | 0600, own, false}, "socket.occupied", FINDING_WARNING},
        {{"/s", S_IFREG | 0666, other, true}, "socket.occupied", FINDING_WARNING},
        {{"/s", S_IFSOCK | 0666, other, true}, "socket.owner", FINDING_WARNING},
        {{"/s", S_IFSOCK | 0600, 0, false}, NULL, 0},
        {{"/s", S_IFSOCK | 0620, own, false}, "socket.permissions", FINDING_WARNING},
        {{"/s", S_IFSOCK | 0400, own, false}, "socket.permissions", FINDING_WARNING},
        {{"/s", S_IFSOCK | 0600, own, true}, "socket.dead", FINDING_NOTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct findings findings = {0};
        check_daemon_socket(&rows[i].socket, &findings);
        expect_found(&findings, rows[i].code, rows[i].severity, i);
    }
}

Test(check_daemon, a_path_in_a_remedy_is_a_word_of_a_shell) {
    struct findings findings = {0};
    check_daemon_socket(&(struct check_socket){"/a b", S_IFSOCK | 0666, geteuid(), true}, &findings);
    cr_assert_eq(findings.count, 2);
    cr_expect_str_eq(findings.items[0].hint, "chmod 600 '/a b'");
    cr_expect_str_eq(findings.items[1].hint, "rm '/a b'");
    findings_release(&findings);
}

Test(check_daemon, stats) {
    static struct daemon_owed trying = {.path = "X", .ids = "1.1", .failure = "no", .attempts = 2},
                              creating = {.path = "X", .ids = "1.1", .failure = ""};
    const struct {
        struct daemon_stats stats;
        const char *code;
        enum finding_severity severity;
    } rows[] = {
        {{.version = program_version, .watch_reason = ""}, NULL, 0},
        {{.version = "0.0.9", .watch_reason = ""}, "daemon.version", FINDING_WARNING},
        {{.version = program_version, .is_polling = true, .watch_reason = "x"}, "daemon.polling", FINDING_WARNING},
        {{.version = program_version, .watch_reason = "", .audit_differences = 1}, "daemon.audit", FINDING_WARNING},
        {{.version = program_version, .watch_reason = "", .owed = &trying, .owed_count = 1},
         "daemon.owed",
         FINDING_WARNING},
        {{.version = program_version, .watch_reason = "", .owed = &creating, .owed_count = 1},
         "daemon.owed",
         FINDING_NOTE},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct findings findings = {0};
        check_daemon_stats(&rows[i].stats, &findings);
        expect_found(&findings, rows[i].code, rows[i].severity, i);
    }
}
