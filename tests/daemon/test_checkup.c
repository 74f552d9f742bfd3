/*
 * batchctl doctor about what is not in the workspace: the daemon, the sockets where it is looked for, the menu.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"

TestSuite(checkup, .timeout = 120);

#define STATS(version, watch, reason, differences)                                                                     \
    "{\"result\":{\"version\":" version ",\"watch\":\"" watch "\",\"watch_reason\":" reason                            \
    ",\"audit_differences\":" differences "}}\n"
#define OWN "\"" BATCHD_VERSION "\""

static const char silence[] = "Nothing wrong was found.";

static struct space healthy(void) {
    struct space space = space_new_alone();
    char *runtime = space_run(&space, "");
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    cr_assert_eq(mkdir(runtime, 0700), 0);
    memory_free(runtime);
    return space;
}

/* The doctor looks for the daemon on @socket; it finds all of @parts, which end with NULL, and changes nothing. */
static void expect_found(const struct space *space, const char *socket, const char *command, const char *const *parts) {
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
    const struct setting setting = {.variables = {variable.data, "BATCHD_ANSWER_TIMEOUT=2s"}};
    uint64_t before = space_fingerprint(space, "");
    struct outcome outcome = run_under(space, &setting, command);
    cr_expect_eq(outcome.status, 0, "%d: %s", outcome.status, outcome.out);
    cr_expect_str_eq(outcome.err, "");
    for (; *parts; parts++)
        cr_expect(has(outcome.out, *parts), "no \"%s\" in %s", *parts, outcome.out);
    cr_expect_eq(space_fingerprint(space, ""), before);
    outcome_end(&outcome);
    buffer_release(&variable);
}

static void expect_one(const struct space *space, const char *socket, const char *code, const char *part) {
    struct buffer quoted = {0};
    buffer_append_format(&quoted, "\"code\":\"%s\"", code);
    const char *const parts[] = {quoted.data, part, "\"errors\":0,", NULL};
    expect_found(space, socket, "doctor --json", parts);
    buffer_release(&quoted);
}

static void expect_none(const struct space *space, const char *socket, const char *command) {
    expect_found(space, socket, command, (const char *const[]){silence, NULL});
}

Test(checkup, what_a_daemon_says_of_itself) {
    static const struct {
        const char *reply, *code, *part; /* NULL: nothing is found */
    } rows[] = {
        {STATS(OWN, "ok", "null", "0"), NULL, NULL},
        {STATS("\"0.0.1\"", "ok", "null", "0"), "daemon.version",
         "the daemon is batchd 0.0.1, and this is batchctl " BATCHD_VERSION},
        {STATS(OWN, "degraded", "\"the kernel refuses a watch\"", "0"), "daemon.polling", "the kernel refuses a watch"},
        {STATS(OWN, "ok", "null", "3"), "daemon.audit", "3 changes"},
        {"{\"error\":{\"code\":-32003,\"message\":\"too busy\"}}\n", "daemon.refuses", "the daemon refuses: too busy"},
        {"nonsense\n", "daemon.lost", "the daemon sends what is no answer"},
        {"{\"error\":{\"code\":-32001,\"message\":\"another root\"}}\n", NULL, NULL},
    };
    struct space space = healthy();
    char *socket = space_run(&space, "parrot.sock");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pid_t parrot = parrot_start(geteuid(), socket, rows[i].reply);
        if (rows[i].code)
            expect_one(&space, socket, rows[i].code, rows[i].part);
        else
            expect_none(&space, socket, "doctor");
        expect_none(&space, socket, "doctor --no-daemon"); /* which has nothing to do with one */
        parrot_end(parrot);
    }
    memory_free(socket);
    space_end(&space);
}

Test(checkup, what_lies_in_the_place_of_a_socket) {
    struct space space = healthy();
    char *socket = space_run(&space, "a socket.sock");
    pid_t parrot = parrot_start(geteuid(), socket, STATS(OWN, "ok", "null", "0"));
    cr_assert_eq(chmod(socket, 0666), 0);
    expect_one(&space, socket, "socket.permissions", "\"hint\":\"chmod 600 '");
    cr_assert_eq(chmod(socket, 0600), 0);
    expect_none(&space, socket, "doctor");
    parrot_end(parrot);
    expect_one(&space, socket, "socket.dead", "\"hint\":\"rm '");
    if (geteuid() == 0) {
        cr_assert_eq(chown(socket, 65534, (gid_t)-1), 0);
        expect_one(&space, socket, "socket.owner", "it belongs to another user (uid 65534)");
    }
    cr_assert_eq(unlink(socket), 0);
    expect_none(&space, socket, "doctor");
    cr_assert_eq(mkdir(socket, 0700), 0);
    expect_one(&space, socket, "socket.occupied", "this is not a socket");
    memory_free(socket);
    space_end(&space);
}

/* It is waited for no longer than is configured. */
Test(checkup, a_daemon_that_hangs) {
    struct space space = healthy();
    struct daemon daemon = daemon_start(&space);
    struct timespec begin, end;
    struct buffer remedy = {0};
    buffer_append_format(&remedy, "kill -9 %d, and start it again: batchctl daemon run", (int)daemon.child);
    kill(daemon.child, SIGSTOP);
    clock_gettime(CLOCK_MONOTONIC, &begin);
    struct outcome outcome = run_with(&space, "BATCHD_ANSWER_TIMEOUT=50ms", "doctor");
    clock_gettime(CLOCK_MONOTONIC, &end);
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "the daemon has not answered for 50 ms"), "%s", outcome.out);
    cr_expect(has(outcome.out, remedy.data), "no %s in %s", remedy.data, outcome.out);
    cr_expect_lt(end.tv_sec - begin.tv_sec, 5);
    outcome_end(&outcome);
    kill(daemon.child, SIGCONT);
    outcome = run(&space, "doctor");
    cr_expect(has(outcome.out, silence), "%s", outcome.out);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    buffer_release(&remedy);
    space_end(&space);
}

Test(checkup, a_daemon_on_a_socket_that_only_it_knows) {
    struct space space = healthy();
    struct daemon daemon;
    char *socket = space_run(&space, "hidden.sock");
    struct buffer part = {0};
    cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.options = {"--socket", socket}}));
    buffer_append_format(&part, "process %d is the daemon of this root", (int)daemon.child);
    expect_one(&space, "", "daemon.unreachable", part.data);
    expect_none(&space, socket, "doctor");
    daemon_kill(&daemon);
    buffer_release(&part);
    memory_free(socket);
    space_end(&space);
}

/* Any process can lock a folder: only a daemon may be killed. */
Test(checkup, who_locks_the_root_is_no_daemon) {
    struct space space = healthy();
    int root = open(space.root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert(root >= 0 && flock(root, LOCK_EX) == 0);
    expect_none(&space, "", "doctor");
    close(root);
    space_end(&space);
}

Test(checkup, a_menu_without_its_library) {
    struct space space = healthy();
    struct buffer setting = {0};
    buffer_append_format(&setting, "LD_LIBRARY_PATH=%s/../libraries", space.root);
    expect_none(&space, "", "doctor");
    space_write(&space, "../libraries/libncursesw.so.6", "no library"); /* comes before the right one */
    struct outcome outcome = run_with(&space, setting.data, "doctor");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "note    the menu cannot load libncursesw: "), "%s", outcome.out);
    cr_expect(has(outcome.out, "the package libncursesw6 of Debian"), "%s", outcome.out);
    outcome_end(&outcome);
    buffer_release(&setting);
    space_end(&space);
}
