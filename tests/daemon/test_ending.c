/*
 * The end of a daemon: its workspace stays away, or its terminal goes; and "batchctl daemon stop" finds it anyhow.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"
#include "tree.h"

TestSuite(ending, .timeout = 120);

enum { DEADLINE_MS = 20000 };

static char *beside(const struct space *space) {
    struct buffer text = {0};
    buffer_append_format(&text, "%s.moved", space->root);
    return text.data;
}

static void move(const char *from, const char *to) {
    cr_assert_eq(rename(from, to), 0, "%s: %s", from, strerror(errno));
}

/* A daemon whose workspace has gone, to the path that is returned, and which knows it. */
static char *lose(const struct space *space, struct daemon *daemon, const char *patience) {
    cr_assert(daemon_start_under(daemon, space, &(struct daemon_setting){.variables = {patience}}));
    char *place = beside(space);
    move(space->root, place);
    memory_free(daemon_notice(daemon, "waiting for the workspace"));
    return place;
}

Test(ending, a_workspace_that_stays_away_ends_it) {
    struct space space = space_new_alone();
    struct daemon daemon;
    space_plan(&space, "X", "1.1");
    char *place = lose(&space, &daemon, "BATCHD_AWAY_MS=1");
    cr_expect_eq(daemon_wait(&daemon), 0);
    char *log = daemon_logged(&daemon);
    cr_expect(has(log, "has been gone"), "%s", log);
    memory_free(log);
    daemon_end(&daemon);
    move(place, space.root);
    memory_free(place);
    space_end(&space);
}

Test(ending, one_that_comes_back_is_served_again) {
    struct space space = space_new_alone();
    struct daemon daemon;
    space_plan(&space, "X", "1.1");
    char *place = lose(&space, &daemon, "BATCHD_AWAY_MS=60000");
    move(place, space.root);
    memory_free(daemon_notice(&daemon, "READY=1"));
    struct outcome outcome = run(&space, "status --json");
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s", outcome.out);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    daemon_end(&daemon);
    memory_free(place);
    space_end(&space);
}

static int listen_in(const struct space *space) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    char *runtime = space_run(space, ""), *path = space_run(space, "given.sock");
    mkdir(runtime, 0700);
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert_eq(bind(listener, (struct sockaddr *)&address, sizeof address), 0, "%s", path);
    cr_assert_eq(listen(listener, 8), 0);
    memory_free(runtime);
    memory_free(path);
    return listener;
}

/* A service manager would start it again at once. */
Test(ending, one_that_is_supervised_waits) {
    struct space space = space_new_alone();
    struct daemon daemon;
    space_plan(&space, "X", "1.1");
    char *place = beside(&space);
    int listener = listen_in(&space);
    cr_assert(daemon_start_under(&daemon, &space,
                                 &(struct daemon_setting){.variables = {"BATCHD_AWAY_MS=1"}, .handed_over = listener}));
    move(space.root, place);
    memory_free(daemon_notice(&daemon, "waiting for the workspace"));
    for (int i = 0; i < 3; i++) /* one at each look */
        memory_free(daemon_notice(&daemon, "WATCHDOG=1"));
    move(place, space.root);
    memory_free(daemon_notice(&daemon, "READY=1"));
    daemon_stop(&daemon);
    daemon_end(&daemon);
    close(listener);
    memory_free(place);
    space_end(&space);
}

/* SIGTERM, when one loop has ended and the next has not begun: as the workspace goes, or as it comes back. */
Test(ending, it_can_be_stopped_at_every_moment) {
    if (IS_SANITIZED)
        cr_skip_test("a preloaded library, which sanitizers do not go with");
    for (int is_back = 0; is_back < 2; is_back++) {
        struct space space = space_new_alone();
        struct daemon daemon;
        struct buffer moment = {0};
        char *path = space_run(&space, "stop"), *place = beside(&space);
        space_plan(&space, "X", "1.1");
        buffer_append_format(&moment, "PRELOAD_STOP=%s", path);
        const struct daemon_setting setting = {
            .variables = {"LD_PRELOAD=" PRELOAD_PATH, moment.data, "BATCHD_AWAY_MS=60000"}};
        cr_assert(daemon_start_under(&daemon, &space, &setting));
        if (!is_back)
            tree_write(path, "");
        move(space.root, place);
        if (is_back) {
            memory_free(daemon_notice(&daemon, "waiting for the workspace"));
            tree_write(path, "");
            move(place, space.root);
        }
        cr_expect_eq(daemon_wait(&daemon), 0, "%d", is_back);
        daemon_end(&daemon);
        if (!is_back)
            move(place, space.root);
        memory_free(place);
        memory_free(path);
        buffer_release(&moment);
        space_end(&space);
    }
}

/* Each way to name it, run where the workspace was. */
Test(ending, a_daemon_without_workspace_can_be_stopped) {
    static const char *const commands[] = {"-C %s daemon stop", "daemon stop --all", "daemon stop --all --json"};
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct space space = space_new_alone();
        struct daemon daemon;
        struct buffer command = {0};
        space_plan(&space, "X", "1.1");
        char *place = lose(&space, &daemon, "BATCHD_AWAY_MS=60000");
        buffer_append_format(&command, strstr(commands[i], "%s") ? "daemon stop -C %s" : "%s",
                             strstr(commands[i], "%s") ? space.root : commands[i]);
        struct outcome outcome = run_in(&space, "/", command.data);
        cr_expect_eq(outcome.status, 0, "%s: %s", command.data, outcome.err);
        cr_expect(has(outcome.out, space.root), "%s: %s", command.data, outcome.out);
        outcome_end(&outcome);
        cr_expect_eq(daemon_wait(&daemon), 0);
        daemon_end(&daemon);
        outcome = run_in(&space, "/", command.data);
        cr_expect(has(outcome.out, i == 0   ? ""
                                   : i == 1 ? "No daemon is running"
                                            : "\"stopped\":[]"),
                  "%s", outcome.out);
        cr_expect_eq(outcome.status, i == 0 ? 3 : 0, "%s: %d", command.data, outcome.status);
        outcome_end(&outcome);
        move(place, space.root);
        memory_free(place);
        buffer_release(&command);
        space_end(&space);
    }
}

/* The folder lives on under another name: the daemon that waits for the old one is not in the way of a new one. */
Test(ending, what_was_moved_can_have_a_daemon_of_its_own) {
    struct space space = space_new_alone();
    struct daemon daemon, second;
    struct buffer command = {0};
    space_plan(&space, "X", "1.1");
    char *place = lose(&space, &daemon, "BATCHD_AWAY_MS=60000");
    cr_assert(daemon_start_under(&second, &space, &(struct daemon_setting){.root = place}));
    buffer_append_format(&command, "status --json -C %s", place);
    struct outcome outcome = run_in(&space, "/", command.data);
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s", outcome.out);
    cr_expect_str_eq(outcome.err, "");
    outcome_end(&outcome);
    outcome = run_in(&space, "/", "daemon stop --all");
    cr_expect_eq(count_of(outcome.out, "has stopped"), 2, "%s", outcome.out);
    outcome_end(&outcome);
    cr_expect_eq(daemon_wait(&daemon), 0);
    cr_expect_eq(daemon_wait(&second), 0);
    daemon_end(&daemon);
    daemon_end(&second);
    move(place, space.root);
    memory_free(place);
    buffer_release(&command);
    space_end(&space);
}

/* A configuration that is wrong is no reason why it could not be stopped. */
Test(ending, it_can_be_stopped_whatever_is_configured) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    struct outcome outcome = run_with(&space, "BATCHD_SETTLE=soon", "daemon stop");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    cr_expect_eq(daemon_wait(&daemon), 0);
    daemon_end(&daemon);
    space_end(&space);
}

/* --- terminals --- */

static bool ends_in_time(pid_t process) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    struct pollfd place = {.fd = descriptor, .events = POLLIN};
    bool has_ended = descriptor < 0 || poll(&place, 1, DEADLINE_MS) > 0;
    if (descriptor >= 0)
        close(descriptor);
    return has_ended;
}

/* A shell on a terminal runs @script, with $0 batchctl. What it prints is read up to "READY"; the terminal's other
 * side. */
static int open_terminal(const struct space *space, const char *script, pid_t *shell) {
    int terminal;
    char *runtime = space_run(space, "");
    mkdir(runtime, 0700);
    *shell = forkpty(&terminal, NULL, NULL, NULL);
    cr_assert_geq(*shell, 0);
    if (*shell == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        setenv("XDG_RUNTIME_DIR", runtime, 1);
        setenv("BATCHD_ROOT", space->root, 1);
        unsetenv("NOTIFY_SOCKET");
        execl("/bin/bash", "bash", "--norc", "-ic", script, daemon_program(), (char *)NULL);
        _exit(127);
    }
    memory_free(runtime);
    return terminal;
}

/* Of the daemon that serves the space, once it does. */
static pid_t await_process(const struct space *space) {
    for (int i = 0; i < 1000; i++) {
        struct outcome outcome = run(space, "daemon status --json");
        struct json json = outcome_json(&outcome);
        pid_t process = (pid_t)json_get_unsigned(node_at(&json, "/data/stats"), "process");
        json_release(&json);
        outcome_end(&outcome);
        if (process)
            return process;
    }
    cr_assert_fail("there is no daemon");
    return 0;
}

Test(ending, it_ends_with_the_terminal_that_it_was_started_at) {
    static const struct {
        const char *script;
        bool ends_alone; /* the shell ends, and only then the terminal */
    } rows[] = {
        {"exec \"$0\"", false},
        {"\"$0\" & wait", false},
        {"\"$0\" & disown; read line", true},
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct space space = space_new_alone();
        pid_t shell;
        space_plan(&space, "X", "1.1");
        int terminal = open_terminal(&space, rows[i].script, &shell);
        pid_t process = await_process(&space);
        if (rows[i].ends_alone)
            kill(shell, SIGKILL);
        close(terminal);
        cr_expect(ends_in_time(process), "%s", rows[i].script);
        kill(process, SIGKILL);
        kill(shell, SIGKILL);
        waitpid(shell, NULL, 0);
        space_end(&space);
    }
}

Test(ending, nohup_unties_it) {
    struct space space = space_new_alone();
    pid_t shell;
    space_plan(&space, "X", "1.1");
    int terminal = open_terminal(&space, "nohup \"$0\" >/dev/null 2>&1 & wait", &shell);
    pid_t process = await_process(&space);
    close(terminal);
    kill(shell, SIGKILL);
    waitpid(shell, NULL, 0);
    kill(process, SIGHUP);
    struct outcome outcome = run(&space, "status --json");
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s", outcome.out);
    outcome_end(&outcome);
    outcome = run(&space, "daemon stop");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    space_end(&space);
}
