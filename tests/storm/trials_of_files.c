#include "trials_of_files.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"

void trial_slow_writers(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    const char *text = trial_subplan;
    size_t length = strlen(text);
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 5);
    trial_begin(&keeper, &channel, &events, trial_fast);

    /* one writer, three pieces; also read in between, which must not tell it early */
    int file = open("X/subplans/SUBPLAN_X_11.md", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    for (size_t i = 0; i < 3; i++) {
        must(write(file, text + length * i / 3, length * (i + 1) / 3 - length * i / 3) > 0, "write");
        counts_pass_time(&events, &counts, 330);
        trial_compare_status(&keeper, &channel, "while a SUBPLAN is written");
    }
    counts_expect(&counts, "before close", "subplan.created", 1);
    counts_expect(&counts, "before close", "subplan.completed", 0);
    close(file);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "three pieces", "subplan.completed", 1);

    /* three separate appends */
    counts = (struct counts){0};
    for (size_t i = 0; i < 3; i++) {
        file = open("X/subplans/SUBPLAN_X_12.md", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        must(write(file, text + length * i / 3, length * (i + 1) / 3 - length * i / 3) > 0, "write");
        close(file);
        counts_pass_time(&events, &counts, 330);
    }
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "three appends", "subplan.created", 1);
    counts_expect(&counts, "three appends", "subplan.completed", 1);

    /* a rename */
    counts = (struct counts){0};
    tree_write("X/subplans/.SUBPLAN_X_13.md.swp", text);
    must(rename("X/subplans/.SUBPLAN_X_13.md.swp", "X/subplans/SUBPLAN_X_13.md") == 0, "rename");
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "a rename", "subplan.created", 1);
    counts_expect(&counts, "a rename", "subplan.completed", 1);

    /* an editor: the old one becomes the backup, the new one is written, the backup goes */
    counts = (struct counts){0};
    for (int i = 0; i < 3; i++) {
        must(rename("X/subplans/SUBPLAN_X_13.md", "X/subplans/SUBPLAN_X_13.md~") == 0, "rename");
        tree_write("X/subplans/SUBPLAN_X_13.md", text);
        must(unlink("X/subplans/SUBPLAN_X_13.md~") == 0, "unlink");
    }
    /* and one that writes in place, slowly */
    file = open("X/subplans/SUBPLAN_X_13.md", O_WRONLY | O_TRUNC | O_CLOEXEC);
    counts_pass_time(&events, &counts, 200);
    must(write(file, text, length) == (ssize_t)length, "write");
    close(file);
    counts_collect(&events, &counts, QUIET_MS);
    check(counts.count == 0, "saving a complete SUBPLAN again is no news: %s", counts.order);

    /* a merge that is not finished reopens, and only its end completes */
    counts = (struct counts){0};
    tree_write("X/subplans/SUBPLAN_X_13.md",
               "<<<<<<< HEAD\n=======\n>>>>>>> f\n# S\n\n## Objective\n\nx\n\n## Approach\n\ny\n");
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "a conflict", "subplan.reopened", 1);
    counts_expect(&counts, "a conflict", "subplan.completed", 0);
    tree_write("X/subplans/SUBPLAN_X_13.md", text);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "its end", "subplan.completed", 1);

    /* a placeholder is created, not completed; truncate(2) reopens */
    counts = (struct counts){0};
    tree_write("X/subplans/SUBPLAN_X_14.md", "# S\n\n## Objective\n\n[TO BE FILLED: x]\n");
    must(truncate("X/subplans/SUBPLAN_X_13.md", 20) == 0, "truncate");
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "a placeholder", "subplan.created", 1);
    counts_expect(&counts, "a placeholder", "subplan.completed", 0);
    counts_expect(&counts, "truncate", "subplan.reopened", 1);

    /* the level follows its last SUBPLAN, and nothing else does */
    counts = (struct counts){0};
    trial_put_subplan("X", 3);
    trial_put_subplan("X", 4);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "not the last", "level.subplans_complete", 0);
    trial_put_subplan("X", 5);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "the last", "level.subplans_complete", 1);
    check(strstr(counts.order, "subplan.completed:1.5 level.subplans_complete"), "not in order: %s", counts.order);
    trial_end(&keeper, &channel, &events);
}

void trial_plans_come_and_go(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 2);
    trial_put_subplan("X", 1);
    trial_begin(&keeper, &channel, &events, trial_fast);
    must(rename("X", "Y") == 0, "rename");
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "a rename", "plan.removed", 1);
    counts_expect(&counts, "a rename", "plan.added", 1);
    check(counts.last > 0 && strstr(counts.order, "plan.removed plan.added"), "not in order: %s", counts.order);
    trial_compare_status(&keeper, &channel, "after a rename");

    /* away and back before it was published, with a request in between: nothing has happened but the difference */
    counts = (struct counts){0};
    kill(keeper.daemon.child, SIGSTOP);
    must(rename("Y", ".away") == 0, "rename");
    kill(keeper.daemon.child, SIGCONT);
    trial_compare_status(&keeper, &channel, "without a plan");
    kill(keeper.daemon.child, SIGSTOP);
    must(rename(".away", "Y") == 0, "rename");
    tree_write("Y/execution/feedbacks/APPROVED_11.md", "yes\n");
    kill(keeper.daemon.child, SIGCONT);
    trial_compare_status(&keeper, &channel, "with the plan again");
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "away and back", "achievement.completed",
                  counts_number(&counts, "plan.removed") ? 0 : 1); /* separate only if it was quiet in between */
    tree_write("Y/parallel.json", "{");
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "a broken graph", "plan.invalid", 1);
    tree_remove("Y");
    counts_collect(&events, &counts, QUIET_MS);
    trial_compare_status(&keeper, &channel, "after rm -rf");
    check(keeper_stat(&channel, "watches") == 1, "only the root is left to be watched");
    trial_end(&keeper, &channel, &events);
}

/* --- batches --- */

void trial_batches(void) {
    static const char *const create[] = {"--no-daemon", "create", "X", "--yes", NULL};
    static const char *const undo[] = {"--no-daemon", "undo", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 5);
    for (int i = 1; i <= 5; i++)
        trial_put_subplan("X", i);
    trial_begin(&keeper, &channel, &events, trial_fast);
    check(trial_run_batchctl(&keeper, create) == 0, "create");
    counts_collect_until(&events, &counts, "batch.created", 1);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "another program's batch", "execution.created", 5);
    counts_expect(&counts, "another program's batch", "batch.created", 1);
    check(trial_run_batchctl(&keeper, undo) == 0, "undo");
    counts_collect_until(&events, &counts, "batch.undone", 1);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "its undo", "execution.removed", 5);

    /* through the daemon itself */
    counts = (struct counts){0};
    check(trial_run_batchctl(&keeper, create + 1) == 0, "create");
    counts_collect_until(&events, &counts, "batch.created", 1);
    check(trial_run_batchctl(&keeper, undo + 1) == 0, "undo");
    counts_collect_until(&events, &counts, "batch.undone", 1);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "its own batch", "execution.created", 5);
    counts_expect(&counts, "its own batch", "execution.removed", 5);

    /* numbers begin anew when .batchd was removed */
    counts = (struct counts){0};
    tree_remove(".batchd");
    counts_collect(&events, &counts, QUIET_MS);
    check(trial_run_batchctl(&keeper, create) == 0, "create");
    counts_collect_until(&events, &counts, "batch.created", 1);
    trial_compare_status(&keeper, &channel, "after .batchd was removed");
    trial_end(&keeper, &channel, &events);
}

/* Batches of another program that is killed at random moments: of each either nothing is published, or all of it. */
void trial_killed_batches(int rounds) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    int killed = 0;
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 9);
    for (int i = 1; i <= 9; i++)
        trial_put_subplan("X", i);
    trial_begin(&keeper, &channel, &events, trial_fast);
    srandom(1);
    for (int round = 0; round < rounds; round++) {
        double lasts_ms = (double)(random() % 12000) / 1000;
        pid_t child = keeper_run(&keeper, (const char *const[]){"--no-daemon", "create", "X", "--yes", NULL});
        for (double until = now_ms_exact() + lasts_ms; now_ms_exact() < until;)
            ;
        kill(child, SIGKILL);
        int status;
        waitpid(child, &status, 0);
        killed += WIFSIGNALED(status);
        trial_compare_status(&keeper, &channel, "after a batch was killed");
        static const char *const undo[] = {"--no-daemon", "undo", "--yes", NULL};
        counts_pass_time(&events, &counts,
                         20);              /* events of what was committed and is undone at once would cancel out */
        trial_run_batchctl(&keeper, undo); /* recovers what is dead first */
        trial_compare_status(&keeper, &channel, "after it was rolled back");
        counts_pass_time(&events, &counts, 20);
    }
    counts_collect(&events, &counts, QUIET_MS);
    int created = counts_number(&counts, "execution.created"), removed = counts_number(&counts, "execution.removed");
    check(created % 9 == 0 && created == removed, "batches were published in part: %d files created, %d removed",
          created, removed);
    check(counts_number(&counts, "batch.created") * 9 == created, "%d batches for %d files",
          counts_number(&counts, "batch.created"), created);
    printf("  killed %d of %d batches; %d published as created, %d as failed\n", killed, rounds,
           counts_number(&counts, "batch.created"), counts_number(&counts, "batch.failed"));
    trial_end(&keeper, &channel, &events);
}

void trial_auto_create(void) {
    static const char *const variables[] = {"BATCHD_SETTLE=5ms", "BATCHD_AUTO_CREATE=executions",
                                            "BATCHD_LOG_LEVEL=error", NULL};
    static const char *const undo[] = {"undo", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 3);
    trial_put_subplan("X", 1);
    trial_put_subplan("X", 2);
    trial_begin(&keeper, &channel, &events, variables);
    /* never while a merge is not finished */
    tree_write("X/subplans/SUBPLAN_X_13.md",
               "# S\n\n## Objective\n\nx\n\n## Approach\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> f\n");
    counts_collect_until(&events, &counts, "subplan.created", 1);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "a conflict", "batch.created", 0);
    counts_expect(&counts, "a conflict", "batch.failed", 0);
    trial_put_subplan("X", 3);
    counts_collect_until(&events, &counts, "batch.created", 1);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "auto_create", "execution.created", 3);
    counts_expect(&counts, "auto_create", "batch.created", 1);
    /* what is undone stays so, however often the level becomes complete */
    check(trial_run_batchctl(&keeper, undo) == 0, "undo");
    counts_collect_until(&events, &counts, "batch.undone", 1);
    for (int i = 0; i < 3; i++) {
        tree_write("X/subplans/SUBPLAN_X_13.md", "# S\n");
        counts_collect_until(&events, &counts, "subplan.reopened", i + 1);
        trial_put_subplan("X", 3);
        counts_collect_until(&events, &counts, "level.subplans_complete", i + 2);
    }
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "after undo", "batch.created", 1);
    /* nor does a start create anything */
    rpc_client_release(&channel);
    rpc_client_release(&events);
    keeper_stop(&keeper);
    trial_begin(&keeper, &channel, &events, variables);
    counts = (struct counts){0};
    counts_collect(&events, &counts, QUIET_MS);
    check(counts.count == 0, "a start published something: %s", counts.order);
    trial_end(&keeper, &channel, &events);
}

void trial_large_batch(int files) {
    static const char *const create[] = {"create", "X", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 10000, files);
    for (int i = 0; i < files; i++)
        trial_put_subplan("X", 10000 + i);
    trial_begin(&keeper, &channel, &events, trial_fast);
    double before = keeper_stat(&channel, "watch_events");
    check(trial_run_batchctl(&keeper, create) == 0, "create");
    double seen = keeper_stat(&channel, "watch_events") - before;
    check(keeper_stat(&channel, "watch_overflows") == 0, "a batch of our own overflowed the queue");
    check(seen <= files * 1.02 + 20, "%.0f inotify events for %d files", seen, files);
    trial_compare_status(&keeper, &channel, "after a large batch");
    printf("  %d files, %.2f inotify events each\n", files, seen / files);
    trial_end(&keeper, &channel, &events);
}
