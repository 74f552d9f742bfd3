/*
 * Daemons that die, stop or talk nonsense in the middle of a call: batchctl reports what has happened, once, does by
 * itself what has not, and says 12 only where it cannot know.
 */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/memory.h"
#include "daemon.h"

TestSuite(dying, .timeout = 280);

static const char went_away[] = "went away without an answer; batchctl answers without the daemon";
static const char absurd[] = "sends what is no answer; batchctl answers without the daemon";

static size_t count_records(const struct space *space) {
    size_t count = 0;
    for (unsigned i = 1; i <= 9; i++) {
        char path[60];
        snprintf(path, sizeof path, ".batchd/*/batches/%06u.json", i);
        count += space_exists(space, path);
    }
    return count;
}

static struct outcome run_through(const struct space *space, const char *socket, const char *command) {
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
    const struct setting setting = {.variables = {variable.data, "BATCHD_ANSWER_TIMEOUT=2s"}};
    struct outcome outcome = run_under(space, &setting, command);
    buffer_release(&variable);
    return outcome;
}

/* --- the answer is lost, what was asked for has happened --- */

Test(dying, what_has_happened_is_reported_and_not_done_again) {
    static const struct {
        const char *command;
        int status;
        const char *part;
        size_t records; /* afterwards */
        const char *file;
        bool is_there;
    } rows[] = {
        {"create X --level 0 --yes", 0, "EXECUTION_TASK_X_11_01.md", 1, "X/execution/EXECUTION_TASK_X_11_01.md", true},
        {"create X --kind subplan --ids 2.1 --yes", 0, "SUBPLAN_X_21.md", 2, "X/subplans/SUBPLAN_X_21.md", true},
        {"create TAKEN --yes --keep-going", 10, "EXECUTION_TASK_TAKEN_12_01.md", 3,
         "TAKEN/execution/EXECUTION_TASK_TAKEN_12_01.md", true},
        {"undo 2 --yes", 0, "SUBPLAN_X_21.md", 3, "X/subplans/SUBPLAN_X_21.md", false},
        {"undo TAKEN --yes", 10, NULL, 3, "TAKEN/execution/EXECUTION_TASK_TAKEN_12_01.md", false},
        {"create X --level 0 --yes", 0, "X", 3, "X/execution/EXECUTION_TASK_X_11_01.md", true},
        {"create NONE --yes", 3, "NONE", 3, NULL, false},
        {"undo 2 --yes", 3, "undone already", 3, NULL, false},
        {"init group/NEW --yes", 0, "NEW/PLAN_NEW.md", 4, "group/NEW/PLAN_NEW.md", true},
        {"init group/NEW --yes", 5, "group/NEW", 4, "group/NEW/PLAN_NEW.md", true},
        {"init --graph LOOSE --yes", 0, "LOOSE/parallel.json", 5, "LOOSE/parallel.json", true},
        {"undo 4 --yes", 0, "PLAN_NEW.md", 5, "group", false},
    };
    for (int is_json = 0; is_json < 2; is_json++) {
        struct space space = space_new_alone();
        space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1");
        space_subplan(&space, "X", "1.1");
        space_subplan(&space, "X", "1.2");
        space_write(&space, "LOOSE/PLAN_LOOSE.md", "# PLAN\n\n## Achievements\n\n**Achievement 1.1**: One\n");
        space_plan(&space, "TAKEN", "1.1; 1.2");
        space_subplan(&space, "TAKEN", "1.1");
        space_subplan(&space, "TAKEN", "1.2");
        space_make_folder(&space, "TAKEN/execution/EXECUTION_TASK_TAKEN_11_01.md");
        char *socket = space_run(&space, "trap.sock"), *real = space_run(&space, "real.sock");
        struct buffer variable = {0};
        buffer_append_format(&variable, "BATCHD_SOCKET=%s", real); /* where it is not found but through the trap */
        struct daemon daemon;
        cr_assert(daemon_start_under(&daemon, &space, &(struct daemon_setting){.variables = {variable.data}}));
        buffer_release(&variable);
        close(daemon.notices);
        daemon.notices = -1;
        pid_t trap = trap_start(socket, real);
        for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
            char command[100];
            snprintf(command, sizeof command, "%s%s", rows[i].command, is_json ? " --json" : "");
            struct outcome outcome = run_through(&space, socket, command);
            int status = rows[i].part ? rows[i].status : 0; /* an undo is never partial */
            cr_expect_eq(outcome.status, status, "%s: %d %s%s", command, outcome.status, outcome.out, outcome.err);
            cr_expect_eq(count_of(outcome.err, went_away), 1, "%s: %s", command, outcome.err);
            if (rows[i].part)
                cr_expect(has(outcome.out, rows[i].part) || has(outcome.err, rows[i].part), "%s: %s%s", command,
                          outcome.out, outcome.err);
            cr_expect_eq(count_records(&space), rows[i].records, "%s: %zu", command, count_records(&space));
            if (rows[i].file)
                cr_expect_eq(space_exists(&space, rows[i].file), rows[i].is_there, "%s", command);
            outcome_end(&outcome);
        }
        trap_end(trap);
        daemon_stop(&daemon);
        memory_free(real);
        memory_free(socket);
        space_end(&space);
    }
}

Test(dying, where_a_writer_holds_the_lock_nobody_can_know) {
    static const char *const commands[] = {"create X --yes --timeout 100ms",
                                           "create X --kind subplan --yes --timeout 0", "undo 1 --yes --timeout 0"};
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    struct outcome first = run(&space, "create X --level 0 --yes");
    cr_assert_eq(first.status, 0);
    outcome_end(&first);
    space_remove(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    char *socket = space_run(&space, ""), *trap_socket = space_run(&space, "trap.sock");
    cr_assert_eq(mkdir(socket, 0700), 0);
    pid_t trap = trap_start(trap_socket, NULL);
    char path[300];
    snprintf(path, sizeof path, "%s/.batchd", space.root);
    int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    cr_assert_eq(flock(lock, LOCK_EX), 0);
    for (size_t i = 0; i < sizeof commands / sizeof *commands; i++) {
        struct outcome outcome = run_through(&space, trap_socket, commands[i]);
        cr_expect_eq(outcome.status, 12, "%s: %d %s", commands[i], outcome.status, outcome.err);
        cr_expect(has(outcome.err, i < 2 ? "batchctl history --no-daemon --request batchctl-"
                                         : "batchctl show --no-daemon --batch 1"),
                  "%s", outcome.err);
        cr_expect_eq(count_records(&space), 1);
        outcome_end(&outcome);
    }
    close(lock);
    trap_end(trap);
    memory_free(socket);
    memory_free(trap_socket);
    space_end(&space);
}

/* Takes a line; its length, 0 if none came. Fit for a forked child. */
static size_t take_line(int descriptor, char *line, size_t most) {
    size_t length = 0;
    for (ssize_t got; length < most && (length == 0 || line[length - 1] != '\n'); length += (size_t)got)
        if ((got = read(descriptor, line + length, most - length)) <= 0)
            return 0;
    return length;
}

static int listen_at(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    cr_assert(bind(listening, (struct sockaddr *)&address, sizeof address) == 0 && listen(listening, 16) == 0, "%s",
              path);
    return listening;
}

static int call_real(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
    int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    return connect(descriptor, (struct sockaddr *)&address, sizeof address) == 0 ? descriptor : -1;
}

/* Passes the first request that is no ping on to the daemon @real and hangs up at once; @told gets a byte then. */
static pid_t start_cutter(const char *path, const char *real, int told) {
    static char line[1 << 16];
    int listening = listen_at(path);
    pid_t child = fork();
    if (child == 0) {
        static const char pong[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":\"pong\"}\n";
        alarm(100);
        int client = accept(listening, NULL, NULL), daemon = call_real(real);
        size_t length;
        while ((length = take_line(client, line, sizeof line - 1)) != 0 && strstr(line, "\"ping\"")) {
            memset(line, 0, length);
            if (send(client, pong, strlen(pong), MSG_NOSIGNAL) < 0)
                _exit(1);
        }
        if (write(daemon, line, length) != (ssize_t)length || write(told, "", 1) != 1)
            _exit(1);
        close(listening);
        close(client);
        _exit(take_line(daemon, line, sizeof line) ? 0 : 1); /* its job is done, or has found it done */
    }
    close(listening);
    return child;
}

/*
 * The job of the daemon and batchctl, which looks for its outcome, wait for the same lock: in any order, the
 * files are created once, and that is what is reported.
 */
Test(dying, a_job_that_still_waits_for_the_lock_is_not_lost) {
    enum { ROUNDS = 12 };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    struct outcome first = run(&space, "create X --kind subplan --ids 1.3 --yes");
    outcome_end(&first);
    struct daemon daemon = daemon_start(&space);
    char path[300], *socket = space_run(&space, "cutter.sock");
    snprintf(path, sizeof path, "%s/.batchd", space.root);
    for (int round = 0; round < ROUNDS; round++) {
        int told[2], status;
        char byte;
        cr_assert_eq(pipe(told), 0);
        unlink(socket);
        pid_t cutter = start_cutter(socket, daemon.socket, told[1]);
        struct buffer variable = {0};
        buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
        int lock = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        cr_assert_eq(flock(lock, LOCK_EX), 0);
        struct running running =
            run_begin(&space, &(struct setting){.variables = {variable.data}}, "create X --kind subplan --yes --json");
        cr_assert_eq(read(told[0], &byte, 1), 1);
        close(lock);
        struct outcome outcome = run_end(&running);
        cr_expect_eq(outcome.status, 0, "round %d: %s", round, outcome.err);
        struct json json = outcome_json(&outcome);
        cr_expect_eq(count_at(&json, "/data/created"), 2, "round %d: %s", round, outcome.out);
        json_release(&json);
        outcome_end(&outcome);
        cr_expect(waitpid(cutter, &status, 0) == cutter && status == 0, "round %d", round);
        cr_expect_eq(count_records(&space), round < 8 ? (size_t)round + 2 : 9, "round %d: once", round);
        space_remove(&space, "X/subplans/SUBPLAN_X_11.md");
        space_remove(&space, "X/subplans/SUBPLAN_X_12.md");
        close(told[0]);
        close(told[1]);
        buffer_release(&variable);
    }
    memory_free(socket);
    daemon_stop(&daemon);
    space_end(&space);
}

/* --- connections that are closed, addresses without an answer --- */

static void pump(int client, int daemon) {
    static char part[1 << 16];
    struct pollfd places[] = {{.fd = client, .events = POLLIN}, {.fd = daemon, .events = POLLIN}};
    while (poll(places, 2, -1) > 0)
        for (int i = 0; i < 2; i++) {
            ssize_t got = places[i].revents ? read(places[i].fd, part, sizeof part) : 0;
            if (places[i].revents && (got <= 0 || send(places[1 - i].fd, part, (size_t)got, MSG_NOSIGNAL) != got))
                return;
        }
}

/* In front of a daemon: closes the first connection after one answer, as if it had been silent for long. */
static pid_t start_closer(const char *path, const char *real) {
    static char line[1 << 20];
    int listening = listen_at(path);
    pid_t child = fork();
    if (child != 0) {
        close(listening);
        return child;
    }
    alarm(100);
    signal(SIGCHLD, SIG_IGN);
    for (bool has_closed = false;;) {
        int client = accept(listening, NULL, NULL), daemon = call_real(real);
        size_t length = take_line(client, line, sizeof line);
        bool is_feed = memmem(line, length, "subscribe", 9), closes = !is_feed && !has_closed;
        has_closed |= closes;
        if (write(daemon, line, length) != (ssize_t)length)
            _exit(1);
        if (closes) {
            length = take_line(daemon, line, sizeof line);
            if (write(client, line, length) != (ssize_t)length)
                _exit(1);
        } else if (fork() == 0) {
            alarm(100);
            pump(client, daemon);
            _exit(0);
        }
        close(client);
        close(daemon);
    }
}

/* Until a client has subscribed; each question is a round trip. */
static void await_subscriber(const struct daemon *daemon) {
    struct peer peer = peer_connect(daemon->socket);
    for (size_t found = 0; found != 1;) {
        struct json json = peer_json(peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stats\"}"));
        found = json_get_unsigned(node_at(&json, "/result"), "subscriptions");
        json_release(&json);
    }
    peer_close(&peer);
}

Test(dying, a_connection_that_was_closed_is_made_anew_without_a_word) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2");
    struct daemon daemon = daemon_start(&space);
    struct outcome outcome = run(&space, "create X --kind subplan --yes");
    cr_assert_eq(outcome.status, 0);
    outcome_end(&outcome);
    char *socket = space_run(&space, "closer.sock");
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
    const struct setting setting = {.variables = {variable.data}};
    pid_t closer = start_closer(socket, daemon.socket);
    struct running running = run_begin(&space, &setting, "wait X --for complete=1.1");
    await_subscriber(&daemon); /* it has asked once, or does so now, and asks again for each event */
    space_subplan(&space, "X", "1.2");
    space_approved(&space, "X", "1.1");
    outcome = run_end(&running);
    cr_expect_eq(outcome.status, 0);
    cr_expect_str_eq(outcome.err, "");
    outcome_end(&outcome);
    trap_end(closer);
    unlink(socket);
    closer = start_closer(socket, daemon.socket);
    outcome = run_on_terminal_under(&space, &setting, "undo", "y\n"); /* the question takes its time */
    cr_expect_eq(outcome.status, 0, "%s", outcome.out);
    cr_expect_not(has(outcome.out, "warning"), "%s", outcome.out);
    outcome_end(&outcome);
    trap_end(closer);
    buffer_release(&variable);
    memory_free(socket);
    daemon_stop(&daemon);
    space_end(&space);
}

Test(dying, an_address_where_nobody_answers_does_not_end_the_search) {
    static const char *const commands[] = {"status X --json", "create X --kind subplan --yes --json"};
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    char *socket = space_run(&space, "stopped.sock");
    int listening = listen_at(socket); /* nothing accepts, as if it were stopped */
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", socket);
    const struct setting setting = {.variables = {variable.data, "BATCHD_ANSWER_TIMEOUT=1s"}};
    for (size_t i = 0; i < 2; i++) {
        struct outcome outcome = run_under(&space, &setting, commands[i]);
        cr_expect_eq(outcome.status, 0);
        cr_expect_str_eq(outcome.err, "");
        cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s", outcome.out);
        outcome_end(&outcome);
    }
    daemon_stop(&daemon);
    struct outcome outcome = run_under(&space, &setting, "status X"); /* now that is what is complained of */
    cr_expect(has(outcome.err, "stopped.sock has not answered for 1000 ms"), "%s", outcome.err);
    outcome_end(&outcome);
    close(listening);
    buffer_release(&variable);
    memory_free(socket);
    space_end(&space);
}

/* --- kill -9 --- */

/* Waits until the process has ended, but not for longer. */
static void wait_us(pid_t process, long most_us) {
    int descriptor = (int)syscall(SYS_pidfd_open, process, 0);
    struct pollfd place = {.fd = descriptor, .events = POLLIN};
    const struct timespec most = {.tv_nsec = most_us * 1000};
    if (descriptor >= 0)
        ppoll(&place, 1, &most, NULL);
    close(descriptor);
}

static uint64_t chance = 88172645463325252u;

static long next_chance(long below) {
    chance ^= chance << 13;
    chance ^= chance >> 7;
    chance ^= chance << 17;
    return (long)(chance % (uint64_t)below);
}

static size_t count_files(const struct space *space, const char *folder, int achievements) {
    size_t count = 0;
    for (int i = 1; i <= achievements; i++) {
        char path[100];
        snprintf(path, sizeof path, "X/%s/SUBPLAN_X_1%d.md", folder, i);
        count += space_exists(space, path);
    }
    return count;
}

/* The daemon is killed at any moment of a batch, then of its undo: each is there once, whole. */
Test(dying, a_batch_happens_once_whenever_its_daemon_is_killed) {
    enum { ROUNDS = 120, ACHIEVEMENTS = 30, LONGEST_US = 25000 };
    struct buffer graph = {0};
    size_t complaints = 0;
    for (int i = 1; i <= ACHIEVEMENTS; i++)
        buffer_append_format(&graph, "1.%d;", i);
    struct space space = space_new_alone();
    space_plan(&space, "X", graph.data);
    for (int round = 0; round < ROUNDS; round++) {
        bool is_undo = round % 2;
        char command[60], path[60];
        if (is_undo)
            snprintf(command, sizeof command, "undo %d --yes --json", round / 2 + 1);
        else
            snprintf(command, sizeof command, "create X --kind subplan --yes --json");
        struct daemon daemon = daemon_start(&space);
        struct running running = run_begin(&space, &(struct setting){0}, command);
        wait_us(running.child, next_chance(LONGEST_US));
        daemon_kill(&daemon);
        struct outcome outcome = run_end(&running);
        cr_assert_eq(outcome.status, 0, "round %d: %s: %d %s%s", round, command, outcome.status, outcome.out,
                     outcome.err);
        complaints += count_of(outcome.err, went_away);
        struct json json = outcome_json(&outcome);
        cr_expect_eq(count_at(&json, is_undo ? "/data/removed" : "/data/created"), ACHIEVEMENTS, "round %d: %s", round,
                     outcome.out);
        snprintf(path, sizeof path, ".batchd/*/batches/%06d.%sjson", round / 2 + 1, is_undo ? "undone." : "");
        cr_expect(space_exists(&space, path), "round %d", round);
        snprintf(path, sizeof path, ".batchd/*/batches/%06d.json", round / 2 + 2);
        cr_expect_not(space_exists(&space, path), "round %d: twice", round);
        cr_expect_eq(count_files(&space, "subplans", ACHIEVEMENTS), is_undo ? 0 : ACHIEVEMENTS, "round %d", round);
        json_release(&json);
        outcome_end(&outcome);
    }
    cr_log_info("%zu of %d calls saw their daemon die", complaints, ROUNDS);
    cr_expect_gt(complaints, ROUNDS / 10);
    buffer_release(&graph);
    space_end(&space);
}

/* --- daemons that do not answer, or not as they should --- */

Test(dying, a_stopped_daemon_is_waited_for_as_long_as_configured) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    struct daemon daemon = daemon_start(&space);
    kill(daemon.child, SIGSTOP);
    struct outcome outcome = run_with(&space, "BATCHD_ANSWER_TIMEOUT=50ms", "status X");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.err, "has not answered for 50 ms; batchctl answers without the daemon"), "%s", outcome.err);
    cr_expect(has(outcome.out, "Title of 1.1"));
    outcome_end(&outcome);
    outcome = run_with(&space, "BATCHD_ANSWER_TIMEOUT=50ms", "create X --kind subplan --yes");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    cr_expect(has(outcome.err, "has not answered for 50 ms"), "%s", outcome.err);
    cr_expect_eq(count_records(&space), 1);
    outcome_end(&outcome);
    outcome = run_with(&space, "BATCHD_ANSWER_TIMEOUT=50ms", "status X -q");
    cr_expect_str_eq(outcome.err, "");
    outcome_end(&outcome);
    kill(daemon.child, SIGCONT);
    outcome = run(&space, "status X --json");
    cr_expect(has(outcome.out, "\"served_by\":\"daemon\""), "%s", outcome.out);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    space_end(&space);
}

/* Stopped with a batch in hand: 12, and the way that is shown finds out what happened in the end. */
Test(dying, a_daemon_that_is_stopped_in_the_middle_of_a_batch) {
    enum { ACHIEVEMENTS = 90 };
    struct buffer graph = {0};
    for (int i = 1; i <= ACHIEVEMENTS; i++)
        buffer_append_format(&graph, "1.%d;", i);
    struct space space = space_new_alone();
    space_plan(&space, "X", graph.data);
    struct daemon daemon = daemon_start(&space);
    const struct setting setting = {.variables = {"BATCHD_ANSWER_TIMEOUT=100ms"}};
    struct running running = run_begin(&space, &setting, "create X --kind subplan --yes --timeout 100ms");
    while (!space_exists(&space, ".batchd/*/pending/000001.json") &&
           !space_exists(&space, ".batchd/*/batches/000001.json"))
        sched_yield();
    kill(daemon.child, SIGSTOP);
    struct outcome outcome = run_end(&running);
    kill(daemon.child, SIGCONT);
    const char *hint = outcome.err ? strstr(outcome.err, "batchctl history") : NULL;
    if (outcome.status != 0) { /* 0: it had just been finished */
        cr_expect_eq(outcome.status, 12, "%d %s", outcome.status, outcome.err);
        cr_assert(hint, "%s", outcome.err);
        char command[120];
        snprintf(command, sizeof command, "%.*s", (int)strcspn(hint + 9, "\n"), hint + 9);
        while (!space_exists(&space, ".batchd/*/batches/000001.json"))
            sched_yield();
        struct outcome later = run(&space, command);
        cr_expect_eq(later.status, 0);
        cr_expect(has(later.out, "90"), "%s: %s", command, later.out);
        outcome_end(&later);
    }
    cr_expect_eq(count_records(&space), 1);
    outcome_end(&outcome);
    daemon_stop(&daemon);
    buffer_release(&graph);
    space_end(&space);
}

/* A whole daemon could stand there, and its answers would be believed. */
Test(dying, a_daemon_of_somebody_else_is_not_there) {
    enum { SOMEBODY_ELSE = 65534 };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *folder = space_run(&space, ""), *socket = space_run(&space, "foreign.sock");
    cr_assert_eq(mkdir(folder, 0700), 0);
    if (geteuid() != 0)
        cr_skip_test("only root can listen as another user");
    pid_t parrot = parrot_start(SOMEBODY_ELSE, socket, "{\"error\":{\"code\":7,\"message\":\"mine\"}}\n");
    struct outcome outcome = run_through(&space, socket, "status X");
    cr_expect_eq(outcome.status, 0);
    cr_expect(has(outcome.out, "Title of 1.1"), "%s", outcome.out);
    cr_expect_str_eq(outcome.err, "");
    outcome_end(&outcome);
    parrot_end(parrot);
    memory_free(folder);
    memory_free(socket);
    space_end(&space);
}

/* A line that announces a reply. */
#define REPLY(code, output, errors)                                                                                    \
    "{\"result\":{\"code\":" code ",\"stdout\":" output ",\"stderr\":" errors ",\"count\":0}}\n"

Test(dying, what_a_daemon_says_that_makes_no_sense_is_no_answer) {
    static const struct {
        const char *reply, *complaint;
    } rows[] = {
        {"\n", absurd},
        {"nonsense\n", absurd},
        {"{}\n", absurd},
        {"[]\n", absurd},
        {"{\"result\":\n", absurd},
        {"{\"result\":7}\n", absurd},
        {"{\"result\":{\"code\":0,\"data\":null}}\n", absurd},
        {"{\"result\":{\"code\":0,\"data\":null,\"diagnostics\":{}}}\n", absurd},
        {"{\"result\":{\"code\":0,\"data\":null,\"diagnostics\":[}}\n", absurd},
        {"{\"result\":{\"code\":,\"data\":,\"diagnostics\":[]}}\n", absurd},
        {"{\"error\":{}}\n", absurd},
        {"{\"error\":{\"code\":\"x\"}}\n", absurd},
        {"{\"error\":{\"code\":-32003,\"message\":\"too\\u001b[31m busy\"}}\n", "refuses: too\\x1b[31m busy"},
        {"{\"error\":{\"code\":-32001,\"message\":\"another root\"}}\n", NULL},
        {"{\"error\":{\"code\":7}}\n", "refuses: "},
        {"{\"error\":{\"code\":-32002,\"message\":\"this is batchd 0.1.0, which speaks protocol 1, not 2\"}}\n",
         "refuses: this is batchd 0.1.0, which speaks protocol 1, not 2; batchctl answers without the daemon"},
        {REPLY("0", "-1", "0"), absurd},
        {REPLY("0", "1.5", "0"), absurd},
        {REPLY("0", "\"1\"", "0"), absurd},
        {REPLY("256", "0", "0"), absurd},
        {REPLY("0", "268435457", "0"), absurd},
        {REPLY("0", "0", "16777217"), absurd},
        {REPLY("0", "0", "null"), absurd},
    };
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *socket = space_run(&space, "");
    cr_assert_eq(mkdir(socket, 0700), 0);
    memory_free(socket);
    socket = space_run(&space, "parrot.sock");
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        pid_t parrot = parrot_start(geteuid(), socket, rows[i].reply);
        struct outcome outcome = run_through(&space, socket, "status X");
        cr_expect_eq(outcome.status, 0, "%s: %d %s", rows[i].reply, outcome.status, outcome.err);
        cr_expect(has(outcome.out, "Title of 1.1"), "%s: %s", rows[i].reply, outcome.out);
        cr_expect(rows[i].complaint ? has(outcome.err, rows[i].complaint) : outcome.err[0] == '\0', "%s: %s",
                  rows[i].reply, outcome.err);
        outcome_end(&outcome);
        outcome = run_through(&space, socket, "create X --kind subplan --yes");
        cr_expect_eq(outcome.status, 0, "%s: %d %s", rows[i].reply, outcome.status, outcome.err);
        outcome_end(&outcome);
        cr_expect(space_exists(&space, "X/subplans/SUBPLAN_X_11.md"), "%s", rows[i].reply);
        space_remove(&space, "X/subplans/SUBPLAN_X_11.md");
        parrot_end(parrot);
    }
    memory_free(socket);
    space_end(&space);
}

Test(dying, a_reply_is_printed_as_it_comes) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1");
    char *folder = space_run(&space, ""), *socket = space_run(&space, "parrot.sock");
    cr_assert_eq(mkdir(folder, 0700), 0);
    pid_t parrot = parrot_start(geteuid(), socket, REPLY("4", "5", "4") "out\n\nerr\n");
    struct outcome outcome = run_through(&space, socket, "status X");
    cr_expect_eq(outcome.status, 4);
    cr_expect_str_eq(outcome.out, "out\n\n");
    cr_expect_str_eq(outcome.err, "err\n");
    outcome_end(&outcome);
    parrot_end(parrot);
    memory_free(folder);
    memory_free(socket);
    space_end(&space);
}
