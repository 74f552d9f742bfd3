/*
 * "claim … -- COMMAND": the claim is kept while COMMAND runs, in its environment, and ends with it; every way in which
 * the two can end; signals, on a terminal and without.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "pane.h"
#include "space.h"

TestSuite(claim_command, .timeout = 120);

static struct space scene(void) {
    struct space space = space_new();
    space_plan(&space, "X", "1.1; 1.2; 1.3");
    space_subplan(&space, "X", "1.1");
    space_execution(&space, "X", "1.1");
    return space;
}

/* Looks until it is so, or the test's time is over. */
static void await(const struct space *space, const char *path, bool is_there) {
    while (space_exists(space, path) != is_there)
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
}

static void expect_ended(const struct space *space, const char *part) {
    expect_status(space, "claims X -a", 0, part);
}

Test(claim_command, ends_as_the_command_and_the_work_do) {
    static const struct {
        const char *command;
        int status;
        const char *said, *recorded;
    } cases[] = {
        {"claim X 1.1 -- true", 4, "1.1 is not submitted", "given up: the command ended, and the work is not done"},
        {"claim X 1.1 -- sh -c 'exit 3'", 123, "sh ended with exit 3", "given up: exit 3"},
        {"claim X 1.1 -- sh -c 'kill -9 $$'", 123, "ended with signal 9", "given up: signal 9"},
        {"claim X 1.1 -- ./none", 127, "cannot run ./none", "given up: the command cannot be run"},
        {"claim X 1.1 -- ./X", 126, "cannot run ./X", "given up: the command cannot be run"},
        {"claim X 1.2 -- cp X/subplans/SUBPLAN_X_11.md X/subplans/SUBPLAN_X_12.md", 0, "", "done"},
        {"claim X 1.1 --submit -- true", 0, "", "done"},
        {"claim X 1.1 -- true", 5, "", "done"},
        {"claim X 1.1 --for design -- true", 4, "1.1 is ready for review", "done"},
        {"next X --claim --for design -- true", 4, "the SUBPLAN of 1.3 is not complete", "given up"},
        {"next X --claim --for review -- true", 4, "nothing is free", "given up"},
        {"claim X 1.1 --submit", 2, "goes with a command behind --", "given up"},
    };
    struct space space = scene();
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        if (cases[i].status == 5) { /* held by another */
            expect_status(&space, "claim X 1.1 --as eve", 0, "");
            expect_status(&space, cases[i].command, cases[i].status, "eve reviews 1.1");
            expect_status(&space, "release --force X 1.1 --yes --fence 7", 0, "");
            continue;
        }
        expect_status(&space, cases[i].command, cases[i].status, cases[i].said);
        expect_ended(&space, cases[i].recorded);
    }
    space_end(&space);
}

Test(claim_command, finds_its_claim_in_the_environment) {
    struct space space = scene();
    expect_status(&space, "claim X 1.1 --as ann -- sh -c 'echo $BATCHCTL_PLAN $BATCHCTL_ID $BATCHCTL_FOR'", 4,
                  "X 1.1 work");
    expect_status(&space, "claim X 1.1 -- sh -c 'cat $BATCHCTL_FILE'", 4, "EXECUTION_TASK");
    AUTO(buffer) command = {0};
    buffer_append_format(&command, "claim X 1.1 -- sh -c '%s heartbeat && %s release --done -m made'", space_program(),
                         space_program());
    expect_status(&space, command.data, 0, "Done: 1.1");
    struct outcome outcome = run(&space, "claim X 1.2 -- ls -l /proc/self/fd");
    cr_expect_not(has(outcome.out, "anon_inode") || has(outcome.out, ".batchd"), "%s", outcome.out);
    outcome_end(&outcome);
    space_end(&space);
}

Test(claim_command, is_free_when_its_keeper_is_killed) {
    struct space space = scene();
    struct running running = run_begin(
        &space, &(struct setting){0}, "claim X 1.1 --as ann -- sh -c 'echo $$ >pid; touch started; sleep 1000 & wait'");
    await(&space, "started", true);
    expect_status(&space, "claim X 1.1", 5, "ann works on 1.1");
    AUTO_FREE char *pid = space_read(&space, "pid");
    kill(running.child, SIGKILL);
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 128 + SIGKILL);
    outcome_end(&outcome);
    while (kill(atoi(pid), 0) == 0) /* it gets SIGTERM */
        nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
    expect_status(&space, "claims X", 0, "free again: ann's process has ended");
    expect_status(&space, "claim X 1.1", 0, "Claimed 1.1");
    space_end(&space);
}

Test(claim_command, passes_signals_on) {
    struct space space = scene();
    struct running running = run_begin(&space, &(struct setting){0},
                                       "claim X 1.1 -- sh -c 'trap \"touch hit; exit 5\" TERM; touch started; sleep "
                                       "1000 & wait'");
    await(&space, "started", true);
    kill(running.child, SIGTERM);
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 123);
    cr_expect(space_exists(&space, "hit"));
    outcome_end(&outcome);
    expect_ended(&space, "given up: exit 5");
    space_end(&space);
}

Test(claim_command, ends_when_its_claim_is_lost) {
    struct space space = scene();
    struct running running =
        run_begin(&space, &(struct setting){0}, "claim X 1.1 --ttl 1s -- sh -c 'touch started; exec sleep 1000'");
    await(&space, "started", true);
    expect_status(&space, "release --force X 1.1 --yes --fence 1 --as boss", 0, "Freed");
    int64_t start_ms = clock_now_ms();
    struct outcome outcome = run_end(&running);
    cr_expect_eq(outcome.status, 7, "%s", outcome.err);
    cr_expect(has(outcome.err, "was ended by force by boss"), "%s", outcome.err);
    cr_expect_lt(clock_now_ms() - start_ms, 10000);
    outcome_end(&outcome);
    space_end(&space);
}

Test(claim_command, outlives_its_ttl_by_renewals) {
    struct space space = scene();
    expect_status(&space, "claim X 1.1 --ttl 1s --submit -- sleep 2.5", 0, "");
    expect_ended(&space, "done");
    space_end(&space);
}

/* A process that outlives the command holds the lock of claims for longer than batchctl waits for it. */
Test(claim_command, its_end_is_repeated_where_the_lock_is_busy) {
    struct space space = scene();
    const struct setting impatient = {.variables = {"BATCHD_LOCK_TIMEOUT=100ms"}};
    struct outcome outcome = run_under(&space, &impatient,
                                       "claim X 1.1 --submit -- sh -c 'exec 9>>$(echo .batchd/*/claims/lock); flock 9; "
                                       "sleep 1 >/dev/null 2>&1 &'");
    cr_expect_eq(outcome.status, 0, "%d: %s", outcome.status, outcome.err);
    cr_expect(has(outcome.err, "holds the lock"), "%s", outcome.err);
    cr_expect(has(outcome.err, "trying again until the claim runs out"), "%s", outcome.err);
    outcome_end(&outcome);
    expect_ended(&space, "done");
    space_end(&space);
}

Test(claim_command, on_a_terminal_the_command_gets_ctrl_c) {
    struct space space = scene();
    struct pane pane = pane_new(&space, 100, 30);
    pane_run(&pane, "batchctl claim X 1.1 -- sh -c 'trap \"exit 6\" INT; echo is-ready; sleep 1000 & wait'; echo =$?");
    pane_await(&pane, "\nis-ready");
    pane_press(&pane, "C-c");
    pane_await(&pane, "=123");
    expect_ended(&space, "given up: exit 6");
    pane_end(&pane);
    space_end(&space);
}

Test(claim_command, on_a_terminal_both_stop_and_go_on) {
    struct space space = scene();
    struct pane pane = pane_new(&space, 100, 30);
    pane_run(&pane, "batchctl claim X 1.1 -- sh -c 'echo is-ready; read line; echo got-$line'; echo =$?");
    pane_await(&pane, "\nis-ready");
    pane_press(&pane, "C-z");
    pane_await(&pane, "Stopped");
    pane_run(&pane, "fg");
    pane_run(&pane, "word");
    pane_await(&pane, "got-word");
    expect_ended(&space, "given up: the command ended, and the work is not done");
    pane_end(&pane);
    space_end(&space);
}
