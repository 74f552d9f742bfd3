/*
 * trials DAEMON CLIENT [--long] [NAME]...: what a watcher has to survive, one situation after the other, each with a
 * separate daemon: queues that overflow, limits, roots that go away, and what subscribers receive in between. --long
 * adds the large ones. A trial that cannot be made here says so, loudly.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/memory.h"
#include "keeper.h"
#include "process.h"

static const char *daemon_path, *client_path;
static const char *const fast[] = {"BATCHD_SETTLE=5ms", "BATCHD_LOG_LEVEL=error", NULL};

static void skip(const char *trial, const char *why) {
    printf("*** SKIPPED: %s: %s ***\n", trial, why);
}

/* "status" of everything as the daemon answers it, against the disk. */
static void compare_status(const struct keeper *keeper, struct rpc_client *channel, const char *when) {
    static const char *const methods[] = {"status", "next", "validate"};
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++) {
        const struct request request = {.method = methods[i]};
        struct answer answer, direct;
        if (!keeper_ask(channel, &request, &answer))
            return;
        keeper_ask_directly(keeper->space.root, &request, &direct);
        char *text = answer_text(&answer), *right = answer_text(&direct);
        check(strcmp(text, right) == 0, "%s: %s is not what the disk says\n  is:   %.300s\n  told: %.300s", when,
              methods[i], right, text);
        memory_free(text);
        memory_free(right);
        answer_release(&answer);
        answer_release(&direct);
    }
}

static bool meta_has(struct rpc_client *channel, const char *part) {
    const struct request request = {.method = "status"};
    struct answer answer;
    if (!keeper_ask(channel, &request, &answer))
        return false;
    bool has = answer.meta.length && strstr(answer.meta.data, part);
    answer_release(&answer);
    return has;
}

static bool log_has(const struct keeper *keeper, const char *part) {
    static char text[1 << 16];
    int file = open(keeper->daemon.log, O_RDONLY | O_CLOEXEC);
    ssize_t got = read(file, text, sizeof text - 1);
    close(file);
    text[got > 0 ? got : 0] = '\0';
    return strstr(text, part);
}

static void begin(struct keeper *keeper, struct rpc_client *channel, struct rpc_client *events,
                  const char *const *variables) {
    keeper_start(keeper, variables);
    keeper_connect(keeper, channel);
    keeper_connect(keeper, events);
    events_begin(events);
}

static void end(struct keeper *keeper, struct rpc_client *channel, struct rpc_client *events) {
    rpc_client_release(channel);
    rpc_client_release(events);
    keeper_end(keeper);
}

static int run_batchctl(const struct keeper *keeper, const char *const *words) {
    return process_wait(keeper_run(keeper, words));
}

static const char complete[] = "# SUBPLAN\n\n## Objective\n\nReach it.\n\n## Approach\n\nDo it.\n\n"
                               "## Deliverables\n\n- One\n";

/* A complete SUBPLAN of achievement 1.NUMBER. */
static void put_subplan(const char *plan, int number) {
    char id[16];
    snprintf(id, sizeof id, "1.%d", number);
    plan_files_write_subplan(plan, id);
}

/* --- what subscribers receive --- */

enum { COUNTS_MOST = 64 };

/* All events until nothing has come for a while: how often each type, by name. */
struct counts {
    char names[COUNTS_MOST][40];
    int numbers[COUNTS_MOST], count;
    double last;
    char order[1024]; /* the types, one after the other */
};

static void count_event(struct counts *counts, const cJSON *event) {
    const char *type = json_get_string(event, "type"), *id = json_get_string(event, "achievement");
    double number = json_get(event, "seq")->valuedouble;
    check(counts->last == 0 || number == counts->last + 1, "event %.0f came after %.0f", number, counts->last);
    counts->last = number;
    size_t used = strlen(counts->order);
    snprintf(counts->order + used, sizeof counts->order - used, "%s%s%s ", type, id ? ":" : "", id ? id : "");
    for (int i = 0; i <= counts->count && i < COUNTS_MOST; i++) {
        if (i == counts->count)
            snprintf(counts->names[counts->count++], sizeof counts->names[0], "%s", type);
        if (strcmp(counts->names[i], type) == 0) {
            counts->numbers[i]++;
            return;
        }
    }
}

static void collect(struct rpc_client *events, struct counts *counts, int quiet_ms) {
    struct json json;
    const cJSON *event;
    while (events_next(events, quiet_ms, &json, &event)) {
        count_event(counts, event);
        json_release(&json);
    }
}

static int number_of(const struct counts *counts, const char *type) {
    for (int i = 0; i < counts->count; i++)
        if (strcmp(counts->names[i], type) == 0)
            return counts->numbers[i];
    return 0;
}

static void collect_until(struct rpc_client *events, struct counts *counts, const char *type, int wanted) {
    struct json json;
    const cJSON *event;
    while (number_of(counts, type) < wanted && events_next(events, KEEPER_DEADLINE_MS, &json, &event)) {
        count_event(counts, event);
        json_release(&json);
    }
    check(number_of(counts, type) >= wanted, "%s did not come: %s", type, counts->order);
}

/* Nothing but what is passed: "type count, ...". */
static void expect_counts(const struct counts *counts, const char *what, const char *type, int wanted) {
    check(number_of(counts, type) == wanted, "%s: %d times %s, not %d: %s", what, number_of(counts, type), type, wanted,
          counts->order);
}

enum { QUIET_MS = 300 }; /* many times the settle time */

/* Lets the daemon settle between two steps of a slow writer, and takes what it publishes. */
static void pass_time(struct rpc_client *events, struct counts *counts, int milliseconds) {
    double until = now_ms_exact() + milliseconds;
    for (double left; (left = until - now_ms_exact()) > 0;) {
        struct json json;
        const cJSON *event;
        if (events_next(events, (int)left + 1, &json, &event)) {
            count_event(counts, event);
            json_release(&json);
        }
    }
}

static void trial_slow_writers(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    const char *text = complete;
    size_t length = strlen(text);
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 5);
    begin(&keeper, &channel, &events, fast);

    /* one writer, three pieces; also read in between, which must not tell it early */
    int file = open("X/subplans/SUBPLAN_X_11.md", O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    for (size_t i = 0; i < 3; i++) {
        must(write(file, text + length * i / 3, length * (i + 1) / 3 - length * i / 3) > 0, "write");
        pass_time(&events, &counts, 330);
        compare_status(&keeper, &channel, "while a SUBPLAN is written");
    }
    expect_counts(&counts, "before close", "subplan.created", 1);
    expect_counts(&counts, "before close", "subplan.completed", 0);
    close(file);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "three pieces", "subplan.completed", 1);

    /* three separate appends */
    counts = (struct counts){0};
    for (size_t i = 0; i < 3; i++) {
        file = open("X/subplans/SUBPLAN_X_12.md", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
        must(write(file, text + length * i / 3, length * (i + 1) / 3 - length * i / 3) > 0, "write");
        close(file);
        pass_time(&events, &counts, 330);
    }
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "three appends", "subplan.created", 1);
    expect_counts(&counts, "three appends", "subplan.completed", 1);

    /* a rename */
    counts = (struct counts){0};
    tree_write("X/subplans/.SUBPLAN_X_13.md.swp", text);
    must(rename("X/subplans/.SUBPLAN_X_13.md.swp", "X/subplans/SUBPLAN_X_13.md") == 0, "rename");
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "a rename", "subplan.created", 1);
    expect_counts(&counts, "a rename", "subplan.completed", 1);

    /* an editor: the old one becomes the backup, the new one is written, the backup goes */
    counts = (struct counts){0};
    for (int i = 0; i < 3; i++) {
        must(rename("X/subplans/SUBPLAN_X_13.md", "X/subplans/SUBPLAN_X_13.md~") == 0, "rename");
        tree_write("X/subplans/SUBPLAN_X_13.md", text);
        must(unlink("X/subplans/SUBPLAN_X_13.md~") == 0, "unlink");
    }
    /* and one that writes in place, slowly */
    file = open("X/subplans/SUBPLAN_X_13.md", O_WRONLY | O_TRUNC | O_CLOEXEC);
    pass_time(&events, &counts, 200);
    must(write(file, text, length) == (ssize_t)length, "write");
    close(file);
    collect(&events, &counts, QUIET_MS);
    check(counts.count == 0, "saving a complete SUBPLAN again is no news: %s", counts.order);

    /* a merge that is not finished reopens, and only its end completes */
    counts = (struct counts){0};
    tree_write("X/subplans/SUBPLAN_X_13.md",
               "<<<<<<< HEAD\n=======\n>>>>>>> f\n# S\n\n## Objective\n\nx\n\n## Approach\n\ny\n");
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "a conflict", "subplan.reopened", 1);
    expect_counts(&counts, "a conflict", "subplan.completed", 0);
    tree_write("X/subplans/SUBPLAN_X_13.md", text);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "its end", "subplan.completed", 1);

    /* a placeholder is created, not completed; truncate(2) reopens */
    counts = (struct counts){0};
    tree_write("X/subplans/SUBPLAN_X_14.md", "# S\n\n## Objective\n\n[TO BE FILLED: x]\n");
    must(truncate("X/subplans/SUBPLAN_X_13.md", 20) == 0, "truncate");
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "a placeholder", "subplan.created", 1);
    expect_counts(&counts, "a placeholder", "subplan.completed", 0);
    expect_counts(&counts, "truncate", "subplan.reopened", 1);

    /* the level follows its last SUBPLAN, and nothing else does */
    counts = (struct counts){0};
    put_subplan("X", 3);
    put_subplan("X", 4);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "not the last", "level.subplans_complete", 0);
    put_subplan("X", 5);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "the last", "level.subplans_complete", 1);
    check(strstr(counts.order, "subplan.completed:1.5 level.subplans_complete"), "not in order: %s", counts.order);
    end(&keeper, &channel, &events);
}

static void trial_plans_come_and_go(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 2);
    put_subplan("X", 1);
    begin(&keeper, &channel, &events, fast);
    must(rename("X", "Y") == 0, "rename");
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "a rename", "plan.removed", 1);
    expect_counts(&counts, "a rename", "plan.added", 1);
    check(counts.last > 0 && strstr(counts.order, "plan.removed plan.added"), "not in order: %s", counts.order);
    compare_status(&keeper, &channel, "after a rename");

    /* away and back before it was published, with a request in between: nothing has happened but the difference */
    counts = (struct counts){0};
    kill(keeper.daemon.child, SIGSTOP);
    must(rename("Y", ".away") == 0, "rename");
    kill(keeper.daemon.child, SIGCONT);
    compare_status(&keeper, &channel, "without a plan");
    kill(keeper.daemon.child, SIGSTOP);
    must(rename(".away", "Y") == 0, "rename");
    tree_write("Y/execution/feedbacks/APPROVED_11.md", "yes\n");
    kill(keeper.daemon.child, SIGCONT);
    compare_status(&keeper, &channel, "with the plan again");
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "away and back", "achievement.completed",
                  number_of(&counts, "plan.removed") ? 0 : 1); /* separate only if it was quiet in between */
    tree_write("Y/parallel.json", "{");
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "a broken graph", "plan.invalid", 1);
    tree_remove("Y");
    collect(&events, &counts, QUIET_MS);
    compare_status(&keeper, &channel, "after rm -rf");
    check(keeper_stat(&channel, "watches") == 1, "only the root is left to be watched");
    end(&keeper, &channel, &events);
}

/* --- batches --- */

static void trial_batches(void) {
    static const char *const create[] = {"--no-daemon", "create", "X", "--yes", NULL};
    static const char *const undo[] = {"--no-daemon", "undo", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 5);
    for (int i = 1; i <= 5; i++)
        put_subplan("X", i);
    begin(&keeper, &channel, &events, fast);
    check(run_batchctl(&keeper, create) == 0, "create");
    collect_until(&events, &counts, "batch.created", 1);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "another program's batch", "execution.created", 5);
    expect_counts(&counts, "another program's batch", "batch.created", 1);
    check(run_batchctl(&keeper, undo) == 0, "undo");
    collect_until(&events, &counts, "batch.undone", 1);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "its undo", "execution.removed", 5);

    /* through the daemon itself */
    counts = (struct counts){0};
    check(run_batchctl(&keeper, create + 1) == 0, "create");
    collect_until(&events, &counts, "batch.created", 1);
    check(run_batchctl(&keeper, undo + 1) == 0, "undo");
    collect_until(&events, &counts, "batch.undone", 1);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "its own batch", "execution.created", 5);
    expect_counts(&counts, "its own batch", "execution.removed", 5);

    /* numbers begin anew when .batchd was removed */
    counts = (struct counts){0};
    tree_remove(".batchd");
    collect(&events, &counts, QUIET_MS);
    check(run_batchctl(&keeper, create) == 0, "create");
    collect_until(&events, &counts, "batch.created", 1);
    compare_status(&keeper, &channel, "after .batchd was removed");
    end(&keeper, &channel, &events);
}

/* Batches of another program that is killed at random moments: of each either nothing is published, or all of it. */
static void trial_killed_batches(int rounds) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    int killed = 0;
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 9);
    for (int i = 1; i <= 9; i++)
        put_subplan("X", i);
    begin(&keeper, &channel, &events, fast);
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
        compare_status(&keeper, &channel, "after a batch was killed");
        static const char *const undo[] = {"--no-daemon", "undo", "--yes", NULL};
        pass_time(&events, &counts, 20); /* events of what was committed and is undone at once would cancel out */
        run_batchctl(&keeper, undo);     /* recovers what is dead first */
        compare_status(&keeper, &channel, "after it was rolled back");
        pass_time(&events, &counts, 20);
    }
    collect(&events, &counts, QUIET_MS);
    int created = number_of(&counts, "execution.created"), removed = number_of(&counts, "execution.removed");
    check(created % 9 == 0 && created == removed, "batches were published in part: %d files created, %d removed",
          created, removed);
    check(number_of(&counts, "batch.created") * 9 == created, "%d batches for %d files",
          number_of(&counts, "batch.created"), created);
    printf("  killed %d of %d batches; %d published as created, %d as failed\n", killed, rounds,
           number_of(&counts, "batch.created"), number_of(&counts, "batch.failed"));
    end(&keeper, &channel, &events);
}

static void trial_auto_create(void) {
    static const char *const variables[] = {"BATCHD_SETTLE=5ms", "BATCHD_AUTO_CREATE=executions",
                                            "BATCHD_LOG_LEVEL=error", NULL};
    static const char *const undo[] = {"undo", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 3);
    put_subplan("X", 1);
    put_subplan("X", 2);
    begin(&keeper, &channel, &events, variables);
    /* never while a merge is not finished */
    tree_write("X/subplans/SUBPLAN_X_13.md",
               "# S\n\n## Objective\n\nx\n\n## Approach\n\n<<<<<<< HEAD\na\n=======\nb\n>>>>>>> f\n");
    collect_until(&events, &counts, "subplan.created", 1);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "a conflict", "batch.created", 0);
    expect_counts(&counts, "a conflict", "batch.failed", 0);
    put_subplan("X", 3);
    collect_until(&events, &counts, "batch.created", 1);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "auto_create", "execution.created", 3);
    expect_counts(&counts, "auto_create", "batch.created", 1);
    /* what is undone stays so, however often the level becomes complete */
    check(run_batchctl(&keeper, undo) == 0, "undo");
    collect_until(&events, &counts, "batch.undone", 1);
    for (int i = 0; i < 3; i++) {
        tree_write("X/subplans/SUBPLAN_X_13.md", "# S\n");
        collect_until(&events, &counts, "subplan.reopened", i + 1);
        put_subplan("X", 3);
        collect_until(&events, &counts, "level.subplans_complete", i + 2);
    }
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "after undo", "batch.created", 1);
    /* nor does a start create anything */
    rpc_client_release(&channel);
    rpc_client_release(&events);
    keeper_stop(&keeper);
    begin(&keeper, &channel, &events, variables);
    counts = (struct counts){0};
    collect(&events, &counts, QUIET_MS);
    check(counts.count == 0, "a start published something: %s", counts.order);
    end(&keeper, &channel, &events);
}

static void trial_large_batch(int files) {
    static const char *const create[] = {"create", "X", "--yes", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 10000, files);
    for (int i = 0; i < files; i++)
        put_subplan("X", 10000 + i);
    begin(&keeper, &channel, &events, fast);
    double before = keeper_stat(&channel, "watch_events");
    check(run_batchctl(&keeper, create) == 0, "create");
    double seen = keeper_stat(&channel, "watch_events") - before;
    check(keeper_stat(&channel, "watch_overflows") == 0, "a batch of our own overflowed the queue");
    check(seen <= files * 1.02 + 20, "%.0f inotify events for %d files", seen, files);
    compare_status(&keeper, &channel, "after a large batch");
    printf("  %d files, %.2f inotify events each\n", files, seen / files);
    end(&keeper, &channel, &events);
}

/* --- the watcher's troubles --- */

static void trial_overflow(int files) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    char path[64];
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 5);
    plan_files_write_many("Y", 1, 3);
    begin(&keeper, &channel, &events, fast);
    kill(keeper.daemon.child, SIGSTOP);
    for (int i = 0; i < files; i++) {
        snprintf(path, sizeof path, "X/execution/note_%d.md", i);
        tree_write(path, "");
    }
    put_subplan("Y", 2); /* of this the queue has no word */
    tree_make_folder("X/subplans/later");
    plan_files_write_many("Z", 1, 2);
    kill(keeper.daemon.child, SIGCONT);
    double began = now_ms_exact();
    compare_status(&keeper, &channel, "after an overflow");
    double took = now_ms_exact() - began;
    collect_until(&events, &counts, "resync", 1);
    collect(&events, &counts, QUIET_MS);
    expect_counts(&counts, "an overflow", "watch.overflow", 1);
    expect_counts(&counts, "an overflow", "resync", 1);
    expect_counts(&counts, "an overflow", "subplan.completed", 1);
    expect_counts(&counts, "an overflow", "plan.added", 1);
    check(keeper_stat(&channel, "watch_overflows") == 1, "overflows");
    /* a rescan wakes no client: no more of them while nothing changes */
    double refreshes = keeper_stat(&channel, "refreshes"), seen = keeper_stat(&channel, "watch_events");
    collect(&events, &counts, QUIET_MS);
    check(keeper_stat(&channel, "refreshes") == refreshes && keeper_stat(&channel, "watch_events") == seen,
          "the daemon goes on reading though nothing changes");
    put_subplan("Z", 1);
    collect_until(&events, &counts, "subplan.completed", 2); /* new folders are watched */
    compare_status(&keeper, &channel, "once more after an overflow");
    printf("  %d files created meanwhile; three answers and three readings %.0f ms\n", files, took);
    end(&keeper, &channel, &events);
}

/* How long everything takes to be read again, with so many files. */
static void trial_rescan(int files) {
    enum { FILES_A_PLAN = 1000 };
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    char path[96];
    keeper_init(&keeper, daemon_path, client_path);
    for (int plan = 0; plan < files / FILES_A_PLAN; plan++) {
        snprintf(path, sizeof path, "P%d", plan);
        plan_files_write_many(path, 1, 5);
        for (int i = 0; i < FILES_A_PLAN; i++) {
            snprintf(path, sizeof path, "P%d/%s/note_%d.md", plan, i % 2 ? "execution" : "subplans", i);
            tree_write(path, "");
        }
    }
    begin(&keeper, &channel, &events, fast);
    const struct request request = {.method = "status", .plan = "P0"};
    struct answer answer;
    double began = now_ms_exact();
    if (keeper_ask(&channel, &request, &answer))
        answer_release(&answer);
    double idle = now_ms_exact() - began;
    kill(keeper.daemon.child, SIGSTOP);
    for (int i = 0; i < 17000; i++) {
        snprintf(path, sizeof path, "P0/execution/other_%d.md", i);
        tree_write(path, "");
    }
    kill(keeper.daemon.child, SIGCONT);
    began = now_ms_exact();
    if (keeper_ask(&channel, &request, &answer))
        answer_release(&answer);
    double took = now_ms_exact() - began;
    check(keeper_stat(&channel, "watch_overflows") == 1, "no overflow: this proves nothing");
    check(took <= 1000, "reading everything again took %.0f ms", took);
    printf("  %d files in %d plans: an answer %.2f ms, after an overflow %.0f ms\n", files, files / FILES_A_PLAN, idle,
           took);
    collect_until(&events, &counts, "resync", 1);
    end(&keeper, &channel, &events);
}

/* @name: of a limit of the user namespace, "max_inotify_watches". */
static bool set_limit(const char *name, int number) {
    char path[64], text[32];
    snprintf(path, sizeof path, "/proc/sys/user/%s", name);
    int file = open(path, O_WRONLY | O_CLOEXEC);
    int length = snprintf(text, sizeof text, "%d\n", number);
    bool is_set = file >= 0 && write(file, text, (size_t)length) == length;
    if (file >= 0)
        close(file);
    return is_set;
}

static void write_map(const char *path, unsigned id) {
    char text[32];
    int file = open(path, O_WRONLY | O_CLOEXEC), length = snprintf(text, sizeof text, "0 %u 1\n", id);
    if (file < 0 || write(file, text, (size_t)length) != length)
        return;
    close(file);
}

/* Into a user namespace of our own, where the limits are ours. False if that cannot be had. */
static bool enter_limits(const char *what, const char *name, int number) {
    unsigned user = geteuid(), group = getegid();
    if (unshare(CLONE_NEWUSER)) {
        skip(what, strerror(errno));
        return false;
    }
    int deny = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
    if (deny >= 0 && write(deny, "deny", 4) == 4)
        close(deny);
    write_map("/proc/self/uid_map", user);
    write_map("/proc/self/gid_map", group);
    if (set_limit(name, number))
        return true;
    skip(what, "the limit cannot be set");
    return false;
}

static void trial_watch_limits(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    if (!enter_limits("watch limits", "max_inotify_watches", 6))
        return;
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 2);
    plan_files_write_many("Y", 1, 3);
    plan_files_write_many("g/Z", 1, 3);
    keeper_begin(&keeper, (const char *const[]){"BATCHD_SETTLE=5ms", NULL});
    check(daemon_await_notice(&keeper.daemon, "polling", KEEPER_DEADLINE_MS), "STATUS= says nothing of polling");
    check(log_has(&keeper, "max_user_watches"), "the log does not say why");
    keeper_connect(&keeper, &channel);
    keeper_connect(&keeper, &events);
    events_begin(&events);
    check(meta_has(&channel, "\"degraded\""), "meta does not say degraded");
    static const char *const plans[] = {"X", "Y", "g/Z"};
    for (int i = 0; i < 30; i++) {
        char path[64];
        put_subplan(plans[i % 3], 1 + i / 3 % 2);
        compare_status(&keeper, &channel, "while degraded");
        snprintf(path, sizeof path, "%s/execution/feedbacks/%s_1%d.md", plans[i % 3], i % 2 ? "APPROVED" : "FIX",
                 1 + i % 2);
        tree_write(path, "");
        compare_status(&keeper, &channel, "while degraded");
        unlink(path);
        compare_status(&keeper, &channel, "while degraded");
    }
    /* without anybody asking, subscribers hear of it by polling */
    double began = now_ms_exact();
    collect(&events, &counts, QUIET_MS);
    counts = (struct counts){0};
    tree_write("g/Z/execution/feedbacks/APPROVED_13.md", "");
    began = now_ms_exact();
    collect_until(&events, &counts, "achievement.completed", 1);
    check(now_ms_exact() - began <= 2000, "polling took %.0f ms", now_ms_exact() - began);
    must(set_limit("max_inotify_watches", 1000), "the limit");
    collect_until(&events, &counts, "watch.recovered", 1);
    check(meta_has(&channel, "\"ok\""), "meta does not say that it has recovered");
    check(keeper_stat(&channel, "watches") == 14, "%.0f watches", keeper_stat(&channel, "watches"));
    /* and back: one folder more than the limit */
    must(set_limit("max_inotify_watches", 14), "the limit");
    plan_files_write_many("W", 1, 1);
    collect_until(&events, &counts, "watch.degraded", 1);
    compare_status(&keeper, &channel, "degraded again");
    must(set_limit("max_inotify_watches", 1000), "the limit");
    collect_until(&events, &counts, "watch.recovered", 2);
    end(&keeper, &channel, &events);
}

/* No inotify instance at first; one is enough. */
static void trial_instances(void) {
    static const char limit[] = "max_inotify_instances";
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    if (!enter_limits("instances", limit, 0))
        return;
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 2);
    keeper_begin(&keeper, (const char *const[]){"BATCHD_SETTLE=5ms", NULL});
    check(daemon_await_notice(&keeper.daemon, "polling", KEEPER_DEADLINE_MS), "STATUS= says nothing of polling");
    check(log_has(&keeper, "fs.inotify.max_user_instances"), "the log does not say why");
    keeper_connect(&keeper, &channel);
    keeper_connect(&keeper, &events);
    events_begin(&events);
    check(meta_has(&channel, "\"degraded\""), "meta does not say degraded");
    put_subplan("X", 1);
    compare_status(&keeper, &channel, "without an instance");
    collect_until(&events, &counts, "subplan.completed", 1);
    must(set_limit(limit, 1), "the limit");
    collect_until(&events, &counts, "watch.recovered", 1);
    check(meta_has(&channel, "\"ok\""), "meta does not say that it has recovered");
    check(keeper_stat(&channel, "watches") > 4, "%.0f watches", keeper_stat(&channel, "watches"));
    tree_write("X/execution/feedbacks/APPROVED_11.md", "");
    collect_until(&events, &counts, "achievement.completed", 1);
    check(keeper_stat(&channel, "watch_events") > 0, "it was not noticed by watching");
    /* the root's path is watched by the same instance */
    char elsewhere[KEEPER_BASE];
    snprintf(elsewhere, sizeof elsewhere, "%s/away", keeper.base);
    must(rename(keeper.space.root, elsewhere) == 0, "rename");
    check(daemon_await_notice(&keeper.daemon, "waiting for the workspace", KEEPER_DEADLINE_MS),
          "it misses the root's move");
    must(rename(elsewhere, keeper.space.root) == 0, "rename");
    check(daemon_await_notice(&keeper.daemon, "READY=1", KEEPER_DEADLINE_MS), "it does not serve again");
    end(&keeper, &channel, &events);
}

/* No descriptors left for a while: what cannot be read now is read later. */
static void trial_descriptors(void) {
    struct keeper keeper;
    struct rpc_client channel, events, others[24];
    struct counts counts = {0};
    struct rlimit few = {26, 4096}, many = {512, 4096};
    int open_count = 0;
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 3);
    begin(&keeper, &channel, &events, fast);
    must(prlimit(keeper.daemon.child, RLIMIT_NOFILE, &few, NULL) == 0, "prlimit");
    for (; open_count < 24; open_count++) {
        struct span result;
        keeper_connect(&keeper, &others[open_count]);
        if (rpc_client_call(&others[open_count], "ping", (struct span){0}, 200, &result) != RPC_ANSWERED)
            break;
    }
    put_subplan("X", 1);
    plan_files_write_many("new", 1, 2);
    put_subplan("new", 1);
    collect(&events, &counts, QUIET_MS);
    for (int i = 0; i <= open_count && i < 24; i++)
        rpc_client_release(&others[i]);
    must(prlimit(keeper.daemon.child, RLIMIT_NOFILE, &many, NULL) == 0, "prlimit");
    pass_time(&events, &counts, 100);
    compare_status(&keeper, &channel, "after descriptors ran out");
    put_subplan("new", 2);
    compare_status(&keeper, &channel, "after descriptors ran out, in a new folder");
    check(open_count > 0 && open_count < 24, "the descriptors did not run out: this proves nothing");
    end(&keeper, &channel, &events);
}

/* --- the root --- */

/* Wait for the daemon to serve the folder that has the root's name now. */
static void expect_served_again(struct keeper *keeper, const char *what, double began) {
    struct rpc_client channel;
    bool is_ready = daemon_await_notice(&keeper->daemon, "READY=1", KEEPER_DEADLINE_MS);
    double took = now_ms_exact() - began;
    check(is_ready && took <= 6000, "%s: served again after %.0f ms", what, took);
    if (!is_ready)
        return;
    keeper_connect(keeper, &channel);
    compare_status(keeper, &channel, what);
    plan_files_write_many("fresh", 1, 3);
    put_subplan("fresh", 2);
    compare_status(keeper, &channel, what);
    rpc_client_release(&channel);
    printf("  %s: served again after %.0f ms\n", what, took);
}

static void trial_root(void) {
    struct keeper keeper;
    char other[KEEPER_BASE], above[KEEPER_BASE];
    keeper_init(&keeper, daemon_path, client_path);
    snprintf(other, sizeof other, "%s/other", keeper.base);
    plan_files_write_many("X", 1, 2);
    keeper_start(&keeper, fast);

    must(chdir("/") == 0 && rename(keeper.space.root, other) == 0, "rename");
    double began = now_ms_exact();
    check(daemon_await_notice(&keeper.daemon, "waiting for the workspace", 5000),
          "a root that is gone is not noticed in 5 s");
    must(mkdir(keeper.space.root, 0755) == 0 && chdir(keeper.space.root) == 0, "mkdir");
    plan_files_write_many("A", 1, 2);
    expect_served_again(&keeper, "moved away, and a new one made", began);

    must(chdir("/") == 0, "/");
    keeper_skip_notices();
    tree_remove(keeper.space.root);
    must(mkdir(keeper.space.root, 0755) == 0 && chdir(keeper.space.root) == 0, "mkdir");
    began = now_ms_exact();
    expect_served_again(&keeper, "removed and made", began);

    must(chdir("/") == 0, "/");
    keeper_skip_notices();
    snprintf(above, sizeof above, "%s/above", keeper.base);
    must(renameat2(AT_FDCWD, keeper.space.root, AT_FDCWD, other, RENAME_EXCHANGE) == 0, "exchange");
    must(chdir(keeper.space.root) == 0, "chdir");
    began = now_ms_exact();
    expect_served_again(&keeper, "exchanged for another", began);

    keeper_skip_notices();
    if (mount(other, keeper.space.root, NULL, MS_BIND, NULL) == 0) {
        must(chdir(keeper.space.root) == 0, "chdir");
        began = now_ms_exact();
        expect_served_again(&keeper, "another mounted over it", began);
        keeper_skip_notices();
        must(chdir("/") == 0 && umount2(keeper.space.root, MNT_DETACH) == 0 && chdir(keeper.space.root) == 0, "umount");
        began = now_ms_exact();
        expect_served_again(&keeper, "and unmounted", began);
    } else {
        skip("a mount over the root", strerror(errno));
    }
    keeper_end(&keeper);
}

/*
 * The folder is exchanged for another while the daemon reads events for other reasons: what is published after a
 * change, and audits. Whatever has read the event, the daemon must find out.
 */
static void trial_exchange(void) {
    enum { EXCHANGES = 40 };
    static const char *const audited[] = {"BATCHD_SETTLE=1ms", "BATCHD_AUDIT_INTERVAL=1ms", "BATCHD_LOG_LEVEL=error",
                                          NULL};
    struct keeper keeper;
    char other[KEEPER_BASE];
    keeper_init(&keeper, daemon_path, client_path);
    snprintf(other, sizeof other, "%s/other", keeper.base);
    must(mkdir(other, 0755) == 0, "mkdir");
    plan_files_write_many("X", 1, 2);
    keeper_start(&keeper, audited);
    for (int i = 0; i < EXCHANGES; i++) {
        keeper_skip_notices();
        put_subplan("X", 1 + i % 2);
        must(chdir("/") == 0 && renameat2(AT_FDCWD, keeper.space.root, AT_FDCWD, other, RENAME_EXCHANGE) == 0,
             "exchange");
        must(chdir(keeper.space.root) == 0, "chdir");
        plan_files_write_many("X", 1, 2);
        bool is_noticed = daemon_await_notice(&keeper.daemon, "READY=1", KEEPER_DEADLINE_MS);
        check(is_noticed, "exchange %d is not noticed", i);
        if (!is_noticed)
            break;
    }
    keeper_end(&keeper);
}

/* The root's path leads over a link, and a folder that the link leads over is moved; the link is replaced. */
static void trial_ways(void) {
    struct keeper keeper;
    char above[KEEPER_BASE], moved[KEEPER_BASE], real[KEEPER_PATH], fresh[KEEPER_PATH];
    keeper_init(&keeper, daemon_path, client_path);
    snprintf(above, sizeof above, "%s/above", keeper.base);
    snprintf(moved, sizeof moved, "%s/moved", keeper.base);
    snprintf(real, sizeof real, "%s/root", above);
    snprintf(fresh, sizeof fresh, "%s/fresh", keeper.base);
    plan_files_write_many("X", 1, 2);
    must(mkdir(above, 0755) == 0 && chdir("/") == 0 && rename(keeper.space.root, real) == 0, real);
    must(symlink("above/root", keeper.space.root) == 0 && chdir(keeper.space.root) == 0, keeper.space.root);
    keeper_start(&keeper, fast);

    keeper_skip_notices();
    must(chdir("/") == 0 && rename(above, moved) == 0, "rename");
    must(mkdir(above, 0755) == 0 && mkdir(real, 0755) == 0 && chdir(real) == 0, real);
    plan_files_write_many("A", 1, 2);
    double began = now_ms_exact();
    expect_served_again(&keeper, "a folder above was moved, and a new one made", began);

    keeper_skip_notices();
    snprintf(real, sizeof real, "%s/root", moved);
    must(chdir("/") == 0 && symlink(real, fresh) == 0 && rename(fresh, keeper.space.root) == 0, fresh);
    must(chdir(keeper.space.root) == 0, keeper.space.root);
    began = now_ms_exact();
    expect_served_again(&keeper, "the link leads elsewhere", began);

    /* the settings are read again, and then something beside the root is removed */
    struct rpc_client channel;
    keeper_skip_notices();
    must(kill(keeper.daemon.child, SIGHUP) == 0 && daemon_await_notice(&keeper.daemon, "READY=1", KEEPER_DEADLINE_MS),
         "SIGHUP");
    must(mkdir("../beside", 0755) == 0 && rmdir("../beside") == 0, "beside");
    keeper_connect(&keeper, &channel);
    compare_status(&keeper, &channel, "after a reload");
    rpc_client_release(&channel);

    /* an empty root, where no event says that another folder gets its name */
    keeper_skip_notices();
    must(chdir("/") == 0, "/");
    tree_remove(real);
    must(mkdir(real, 0755) == 0 && daemon_await_notice(&keeper.daemon, "READY=1", KEEPER_DEADLINE_MS), real);
    keeper_skip_notices();
    must(mkdir(fresh, 0755) == 0 && rename(fresh, real) == 0 && chdir(real) == 0, fresh);
    began = now_ms_exact();
    expect_served_again(&keeper, "another folder renamed over it", began);
    keeper_end(&keeper);
}

/* Something is mounted over a plan's folder, and taken away; and elsewhere, which is nothing to read everything for. */
static void trial_mounts(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    char elsewhere[KEEPER_BASE], release[KEEPER_BASE + 32], old[KEEPER_BASE + 32], bound[KEEPER_PATH];
    keeper_init(&keeper, daemon_path, client_path);
    snprintf(elsewhere, sizeof elsewhere, "%s/away", keeper.base);
    must(mkdir(elsewhere, 0755) == 0, elsewhere);
    plan_files_write_many("X Y", 1, 2); /* the table has such names in another form */
    put_subplan("X Y", 1);
    begin(&keeper, &channel, &events, fast);
    struct counts counts = {0};
    double refreshes = keeper_stat(&channel, "refreshes");
    if (mount("none", elsewhere, "tmpfs", 0, NULL)) {
        skip("mounts in the workspace", strerror(errno));
        end(&keeper, &channel, &events);
        return;
    }
    collect(&events, &counts, QUIET_MS);
    check(keeper_stat(&channel, "refreshes") == refreshes, "a mount elsewhere made it read everything");
    must(umount(elsewhere) == 0, "umount");
    must(mount("none", "X Y/subplans", "tmpfs", 0, NULL) == 0, "mount");
    collect_until(&events, &counts, "subplan.removed", 1);
    put_subplan("X Y", 2);
    compare_status(&keeper, &channel, "after a mount over a folder");
    collect_until(&events, &counts, "subplan.completed", 1);
    must(umount("X Y/subplans") == 0, "umount");
    collect_until(&events, &counts, "subplan.removed", 2);
    compare_status(&keeper, &channel, "after it is unmounted");

    /* one thing is mounted in the place of another while the daemon is stopped: the table has the same line again */
    snprintf(release, sizeof release, "%s/release", elsewhere);
    snprintf(old, sizeof old, "%s/old", elsewhere);
    snprintf(bound, sizeof bound, "%s/subplans", release);
    must(mkdir(release, 0755) == 0 && mkdir(bound, 0755) == 0, bound);
    must(mount(bound, "X Y/subplans", NULL, MS_BIND, NULL) == 0, "mount");
    compare_status(&keeper, &channel, "after a folder is bound");
    must(kill(keeper.daemon.child, SIGSTOP) == 0, "SIGSTOP");
    must(umount("X Y/subplans") == 0 && rename(release, old) == 0, "rename");
    must(mkdir(release, 0755) == 0 && mkdir(bound, 0755) == 0, bound);
    must(mount(bound, "X Y/subplans", NULL, MS_BIND, NULL) == 0, "mount");
    put_subplan("X Y", 2);
    must(kill(keeper.daemon.child, SIGCONT) == 0, "SIGCONT");
    collect_until(&events, &counts, "subplan.completed", 3);
    put_subplan("X Y", 1);
    compare_status(&keeper, &channel, "after another folder is bound");
    must(umount("X Y/subplans") == 0, "umount");
    end(&keeper, &channel, &events);
}

/* A plan is moved in that shares a file with another one, which no event had announced. */
static void trial_links(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    char outside[KEEPER_BASE], link_name[KEEPER_PATH];
    keeper_init(&keeper, daemon_path, client_path);
    snprintf(outside, sizeof outside, "%s/Y", keeper.base);
    snprintf(link_name, sizeof link_name, "%s/subplans/SUBPLAN_Y_11.md", outside);
    plan_files_write_many("X", 1, 2);
    put_subplan("X", 1);
    plan_files_write_many("Y", 1, 2);
    must(rename("Y", outside) == 0, outside);
    begin(&keeper, &channel, &events, fast);
    must(link("X/subplans/SUBPLAN_X_11.md", link_name) == 0, link_name);
    must(rename(outside, "Y") == 0, "Y");
    compare_status(&keeper, &channel, "after a plan with a file of another one was moved in");
    tree_write("Y/subplans/SUBPLAN_Y_11.md", "# SUBPLAN\n");
    compare_status(&keeper, &channel, "after the file was written by its other name");
    end(&keeper, &channel, &events);
}

/* --- git --- */

static void git(const char *arguments) {
    char command[512];
    snprintf(command, sizeof command,
             "git -c user.name=t -c user.email=t@t -c commit.gpgsign=false -c gc.auto=0 %s >/dev/null 2>&1", arguments);
    must(system(command) == 0, command);
}

static void trial_git(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    char path[96];
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    keeper_init(&keeper, daemon_path, client_path);
    git("init -b one .");
    for (int plan = 0; plan < 30; plan++) {
        snprintf(path, sizeof path, "group/P%d", plan);
        plan_files_write_many(path, 1, 9);
        snprintf(path, sizeof path, "group/P%d/execution/feedbacks/.keep", plan);
        tree_write(path, "");
    }
    git("add -A");
    git("commit -m one");
    git("checkout -b two");
    for (int plan = 0; plan < 30; plan += 2) {
        char name[16];
        snprintf(path, sizeof path, "group/P%d", plan);
        snprintf(name, sizeof name, "P%d", plan);
        for (int i = 1; i <= 9; i++)
            put_subplan(path, i);
    }
    tree_remove("group/P1");
    must(rename("group/P3", "group/Q3") == 0, "rename");
    plan_files_write_many("extra/E", 1, 4);
    git("add -A");
    git("commit -m two");
    begin(&keeper, &channel, &events, NULL);
    for (int i = 0; i < 6; i++) {
        struct counts counts = {0};
        git(i % 2 ? "checkout two" : "checkout one");
        compare_status(&keeper, &channel, "after git checkout");
        collect(&events, &counts, QUIET_MS);
        compare_status(&keeper, &channel, "after git checkout, settled");
        expect_counts(&counts, "git checkout", i % 2 ? "subplan.completed" : "subplan.removed", 15 * 9);
        expect_counts(&counts, "git checkout", i % 2 ? "subplan.removed" : "subplan.completed", 0);
    }
    end(&keeper, &channel, &events);
}

/* --- doing nothing --- */

static long number_in(const struct keeper *keeper, const char *file, const char *key) {
    char path[64], text[4096];
    snprintf(path, sizeof path, "/proc/%d/%s", (int)keeper->daemon.child, file);
    int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = read(descriptor, text, sizeof text - 1);
    close(descriptor);
    text[got > 0 ? got : 0] = '\0';
    const char *place = strstr(text, key);
    return place ? strtol(place + strlen(key), NULL, 10) : -1;
}

static void trial_idle(int seconds) {
    static const char *const variables[] = {"BATCHD_SETTLE=0", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, daemon_path, client_path);
    plan_files_write_many("X", 1, 5);
    begin(&keeper, &channel, &events, variables);
    rpc_client_release(&channel);
    rpc_client_release(&events); /* each connection has a timer */
    keeper_connect(&keeper, &channel);
    double refreshes = keeper_stat(&channel, "refreshes");
    rpc_client_release(&channel);
    struct pollfd never = {.fd = -1};
    long switches = number_in(&keeper, "status", "\nvoluntary_ctxt_switches:");
    poll(&never, 1, seconds * 1000); /* what is measured is that nothing happens meanwhile */
    switches = number_in(&keeper, "status", "\nvoluntary_ctxt_switches:") - switches;
    keeper_connect(&keeper, &channel);
    check(keeper_stat(&channel, "refreshes") == refreshes, "something was read though nothing changed");
    int allowed = 3; /* the end of our connection */
    check(switches <= allowed, "%ld wake-ups in %d s, at most %d are needed", switches, seconds, allowed);
    printf("  %ld wake-ups in %d s\n", switches, seconds);
    (void)counts;
    rpc_client_release(&channel);
    keeper_end(&keeper);
}

/* --- all --- */

static void short_kills(void) {
    trial_killed_batches(25);
}
static void long_kills(void) {
    trial_killed_batches(300);
}
static void short_batch(void) {
    trial_large_batch(500);
}
static void long_batch(void) {
    trial_large_batch(10000);
}
static void short_overflow(void) {
    trial_overflow(20000);
}
static void long_overflow(void) {
    trial_overflow(50000);
}
static void long_rescan(void) {
    trial_rescan(100000);
}
static void short_idle(void) {
    trial_idle(3);
}
static void long_idle(void) {
    trial_idle(60);
}

static const struct trial {
    const char *name;
    void (*run)(void);
    bool is_long;
} trials[] = {
    {"slow-writers", trial_slow_writers, false},
    {"plans", trial_plans_come_and_go, false},
    {"batches", trial_batches, false},
    {"kills", short_kills, false},
    {"auto-create", trial_auto_create, false},
    {"batch", short_batch, false},
    {"overflow", short_overflow, false},
    {"limits", trial_watch_limits, false},
    {"instances", trial_instances, false},
    {"descriptors", trial_descriptors, false},
    {"root", trial_root, false},
    {"exchange", trial_exchange, false},
    {"ways", trial_ways, false},
    {"mounts", trial_mounts, false},
    {"links", trial_links, false},
    {"git", trial_git, false},
    {"idle", short_idle, false},
    {"long-kills", long_kills, true},
    {"long-batch", long_batch, true},
    {"long-overflow", long_overflow, true},
    {"long-rescan", long_rescan, true},
    {"long-idle", long_idle, true},
};

/* Each in a separate process: some change what cannot be changed back. */
static bool run_trial(const struct trial *trial) {
    int status = -1;
    double began = now_ms_exact();
    printf("%s\n", trial->name);
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        trial->run();
        exit(check_failures ? 1 : check_count == 0 ? 2 : 0);
    }
    waitpid(child, &status, 0);
    bool is_well = WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 2);
    printf("  %s, %.1f s\n", is_well ? "passed" : "FAILED", (now_ms_exact() - began) / 1000);
    fflush(stdout);
    return is_well;
}

int main(int count, char **words) {
    bool is_well = true, is_long = false;
    int named = 0;
    if (count < 3)
        return 99;
    daemon_path = words[1];
    client_path = words[2];
    for (int i = 3; i < count; i++) {
        is_long |= strcmp(words[i], "--long") == 0;
        named += words[i][0] != '-';
    }
    for (size_t t = 0; t < sizeof trials / sizeof *trials; t++) {
        bool is_wanted = !named && (is_long || !trials[t].is_long);
        for (int i = 3; i < count; i++)
            is_wanted |= strcmp(words[i], trials[t].name) == 0;
        if (is_wanted)
            is_well &= run_trial(&trials[t]);
    }
    return is_well ? 0 : 1;
}
