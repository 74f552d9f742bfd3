/*
 * auto_create: what is owed by files and history is created, whatever failed before, and nothing else.
 */
#include "daemon.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

TestSuite(automation, .timeout = 120);

static const struct daemon_setting on = {.variables = {"BATCHD_AUTO_CREATE=executions", "BATCHD_SETTLE=1ms"}};

static struct daemon start(const struct space *space) {
    struct daemon daemon;
    cr_assert(daemon_start_under(&daemon, space, &on));
    return daemon;
}

static void stop(struct daemon *daemon) {
    daemon_stop(daemon);
    daemon_end(daemon);
}

/* Until the daemon's statistics have so many debts, SIZE_MAX for any number, and the first of them has failed if
 * @has_failed. */
static void await_owed(const struct daemon *daemon, size_t count, bool has_failed) {
    struct peer peer = peer_connect(daemon->socket);
    for (bool is_so = false; !is_so;) {
        struct json json = peer_json(peer_ask(&peer, "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"stats\"}"));
        is_so = (count == SIZE_MAX || count_at(&json, "/result/owed") == count) &&
                (!has_failed || json_get_unsigned(node_at(&json, "/result/owed/0"), "attempts"));
        json_release(&json);
    }
    peer_close(&peer);
}

/* Each look is a round trip, so nothing sleeps, and the suite's timeout is the end. */
static void await_file(const struct space *space, const struct daemon *daemon, const char *path) {
    while (!space_exists(space, path))
        await_owed(daemon, SIZE_MAX, false);
}

static void expect_asked(const struct space *space, const struct daemon *daemon, const char *command,
                         const char *part) {
    struct buffer variable = {0};
    buffer_append_format(&variable, "BATCHD_SOCKET=%s", daemon->socket);
    struct outcome outcome = run_with(space, variable.data, command);
    cr_expect(has(outcome.out, part), "%s: %s%s", command, outcome.out, outcome.err);
    outcome_end(&outcome);
    buffer_release(&variable);
}

Test(automation, what_failed_is_named_and_created_once_it_can_be) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    space_make_folder(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    struct daemon daemon = start(&space);
    space_subplan(&space, "X", "1.2");
    await_owed(&daemon, 1, true);
    expect_asked(&space, &daemon, "daemon status", "level 0 of X: the EXECUTION_TASKs of 1.1, 1.2; failed ");
    expect_asked(&space, &daemon, "doctor", "auto_create owes level 0 the EXECUTION_TASKs of 1.1, 1.2; failed ");
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_12_01.md"));
    space_remove(&space, "X/execution/EXECUTION_TASK_X_11_01.md");
    await_file(&space, &daemon, "X/execution/EXECUTION_TASK_X_11_01.md");
    await_file(&space, &daemon, "X/execution/EXECUTION_TASK_X_12_01.md");
    await_owed(&daemon, 0, false);
    stop(&daemon);
    space_end(&space);
}

Test(automation, a_start_logs_and_creates_what_is_owed) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1");
    space_plan(&space, "Y", "1.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_execution(&space, "X", "1.2");
    struct daemon daemon = start(&space);
    await_file(&space, &daemon, "X/execution/EXECUTION_TASK_X_11_01.md");
    await_owed(&daemon, 0, false);
    char *log = daemon_logged(&daemon);
    cr_expect(has(log, "auto_create: level 0 of X is owed the EXECUTION_TASKs of 1.1\n"), "%s", log);
    cr_expect_eq(count_of(log, "is owed"), 1, "%s", log);
    free(log);
    stop(&daemon);
    space_end(&space);
}

/* What a batch has created is not owed again: neither undone, nor removed by hand. */
Test(automation, what_was_undone_or_removed_stays_so) {
    struct space space = space_new_alone();
    space_plan(&space, "X", "1.1; 1.2; 2.1: 1.1");
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    space_subplan(&space, "X", "2.1");
    expect_status(&space, "create X --ids 1.1,1.2 --yes", 0, "Batch 1");
    expect_status(&space, "create X --ids 2.1 --yes", 0, "Batch 2");
    expect_status(&space, "undo 1 --yes", 0, "Removed 2 files");
    space_remove(&space, "X/execution/EXECUTION_TASK_X_21_01.md");
    struct daemon daemon = start(&space);
    await_owed(&daemon, 0, false);
    space_write(&space, "X/notes.md", "news\n");
    await_owed(&daemon, 0, false);
    space_remove(&space, "X/notes.md");
    stop(&daemon);
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    cr_expect_not(space_exists(&space, "X/execution/EXECUTION_TASK_X_21_01.md"));
    space_end(&space);
}

/* The SUBPLANs come and go, as git and editors do it, while batches are made: in the end nothing is missing. */
Test(automation, subplans_that_come_and_go_lose_nothing) {
    enum { PLANS = 12 };
    struct space space = space_new_alone();
    struct buffer name = {0}, from = {0}, to = {0};
    for (int i = 0; i < PLANS; i++) {
        buffer_clear(&name);
        buffer_append_format(&name, "P%d", i);
        space_plan(&space, name.data, "1.1");
    }
    struct daemon daemon = start(&space);
    for (int i = 0; i < PLANS; i++) {
        buffer_clear(&name);
        buffer_append_format(&name, "P%d", i);
        space_subplan(&space, name.data, "1.1");
    }
    for (int round = 0; round < 6; round++)
        for (int i = 0; i < PLANS; i++) {
            buffer_clear(&from);
            buffer_clear(&to);
            buffer_append_format(&from, "%s/P%d/subplans/SUBPLAN_P%d_11.md", space.root, i, i);
            buffer_append_format(&to, "%s.away", from.data);
            cr_assert_eq(rename(round % 2 ? to.data : from.data, round % 2 ? from.data : to.data), 0);
        }
    for (int i = 0; i < PLANS; i++) {
        buffer_clear(&name);
        buffer_append_format(&name, "P%d/execution/EXECUTION_TASK_P%d_11_01.md", i, i);
        await_file(&space, &daemon, name.data);
    }
    await_owed(&daemon, 0, false);
    stop(&daemon);
    buffer_release(&name);
    buffer_release(&from);
    buffer_release(&to);
    space_end(&space);
}

Test(automation, what_is_claimed_is_left_alone_until_it_is_free) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2");
    struct outcome outcome = run(&space, "claim X 1.1 --as ann");
    outcome_end(&outcome);
    space_subplan(&space, "X", "1.1");
    space_subplan(&space, "X", "1.2");
    struct daemon daemon = start(&space);
    await_file(&space, &daemon, "X/execution/EXECUTION_TASK_X_12_01.md");
    await_owed(&daemon, 0, false);
    cr_expect(!space_exists(&space, "X/execution/EXECUTION_TASK_X_11_01.md"));
    outcome = run(&space, "release --force X 1.1 --yes --fence 1");
    cr_expect_eq(outcome.status, 0, "%s", outcome.err);
    outcome_end(&outcome);
    await_file(&space, &daemon, "X/execution/EXECUTION_TASK_X_11_01.md");
    stop(&daemon);
    space_end(&space);
}
