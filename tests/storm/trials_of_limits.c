#include "trials_of_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "trial.h"

void trial_overflow(int files) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    char path[64];
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 5);
    plan_files_write_many("Y", 1, 3);
    trial_begin(&keeper, &channel, &events, trial_fast);
    kill(keeper.daemon.child, SIGSTOP);
    for (int i = 0; i < files; i++) {
        snprintf(path, sizeof path, "X/execution/note_%d.md", i);
        tree_write(path, "");
    }
    trial_put_subplan("Y", 2); /* of this the queue has no word */
    tree_make_folder("X/subplans/later");
    plan_files_write_many("Z", 1, 2);
    kill(keeper.daemon.child, SIGCONT);
    double began = now_ms_exact();
    trial_compare_status(&keeper, &channel, "after an overflow");
    double took = now_ms_exact() - began;
    counts_collect_until(&events, &counts, "resync", 1);
    counts_collect(&events, &counts, QUIET_MS);
    counts_expect(&counts, "an overflow", "watch.overflow", 1);
    counts_expect(&counts, "an overflow", "resync", 1);
    counts_expect(&counts, "an overflow", "subplan.completed", 1);
    counts_expect(&counts, "an overflow", "plan.added", 1);
    check(keeper_stat(&channel, "watch_overflows") == 1, "overflows");
    /* a rescan wakes no client: no more of them while nothing changes */
    double refreshes = keeper_stat(&channel, "refreshes"), seen = keeper_stat(&channel, "watch_events");
    counts_collect(&events, &counts, QUIET_MS);
    check(keeper_stat(&channel, "refreshes") == refreshes && keeper_stat(&channel, "watch_events") == seen,
          "the daemon goes on reading though nothing changes");
    trial_put_subplan("Z", 1);
    counts_collect_until(&events, &counts, "subplan.completed", 2); /* new folders are watched */
    trial_compare_status(&keeper, &channel, "once more after an overflow");
    printf("  %d files created meanwhile; three answers and three readings %.0f ms\n", files, took);
    trial_end(&keeper, &channel, &events);
}

/* How long everything takes to be read again, with so many files. */
void trial_rescan(int files) {
    enum { FILES_A_PLAN = 1000 };
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    char path[96];
    keeper_init(&keeper, trial_daemon, trial_client);
    for (int plan = 0; plan < files / FILES_A_PLAN; plan++) {
        snprintf(path, sizeof path, "P%d", plan);
        plan_files_write_many(path, 1, 5);
        for (int i = 0; i < FILES_A_PLAN; i++) {
            snprintf(path, sizeof path, "P%d/%s/note_%d.md", plan, i % 2 ? "execution" : "subplans", i);
            tree_write(path, "");
        }
    }
    trial_begin(&keeper, &channel, &events, trial_fast);
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
    counts_collect_until(&events, &counts, "resync", 1);
    trial_end(&keeper, &channel, &events);
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
        trial_skip(what, strerror(errno));
        return false;
    }
    int deny = open("/proc/self/setgroups", O_WRONLY | O_CLOEXEC);
    if (deny >= 0 && write(deny, "deny", 4) == 4)
        close(deny);
    write_map("/proc/self/uid_map", user);
    write_map("/proc/self/gid_map", group);
    if (set_limit(name, number))
        return true;
    trial_skip(what, "the limit cannot be set");
    return false;
}

void trial_watch_limits(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    if (!enter_limits("watch limits", "max_inotify_watches", 6))
        return;
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 2);
    plan_files_write_many("Y", 1, 3);
    plan_files_write_many("g/Z", 1, 3);
    keeper_begin(&keeper, (const char *const[]){"BATCHD_SETTLE=5ms", NULL});
    check(daemon_await_notice(&keeper.daemon, "polling", KEEPER_DEADLINE_MS), "STATUS= says nothing of polling");
    check(trial_log_has(&keeper, "max_user_watches"), "the log does not say why");
    keeper_connect(&keeper, &channel);
    keeper_connect(&keeper, &events);
    events_begin(&events);
    check(trial_meta_has(&channel, "\"degraded\""), "meta does not say degraded");
    static const char *const plans[] = {"X", "Y", "g/Z"};
    for (int i = 0; i < 30; i++) {
        char path[64];
        trial_put_subplan(plans[i % 3], 1 + i / 3 % 2);
        trial_compare_status(&keeper, &channel, "while degraded");
        snprintf(path, sizeof path, "%s/execution/feedbacks/%s_1%d.md", plans[i % 3], i % 2 ? "APPROVED" : "FIX",
                 1 + i % 2);
        tree_write(path, "");
        trial_compare_status(&keeper, &channel, "while degraded");
        unlink(path);
        trial_compare_status(&keeper, &channel, "while degraded");
    }
    /* without anybody asking, subscribers hear of it by polling */
    double began = now_ms_exact();
    counts_collect(&events, &counts, QUIET_MS);
    counts = (struct counts){0};
    tree_write("g/Z/execution/feedbacks/APPROVED_13.md", "");
    began = now_ms_exact();
    counts_collect_until(&events, &counts, "achievement.completed", 1);
    check(now_ms_exact() - began <= 2000, "polling took %.0f ms", now_ms_exact() - began);
    must(set_limit("max_inotify_watches", 1000), "the limit");
    counts_collect_until(&events, &counts, "watch.recovered", 1);
    check(trial_meta_has(&channel, "\"ok\""), "meta does not say that it has recovered");
    check(keeper_stat(&channel, "watches") == 14, "%.0f watches", keeper_stat(&channel, "watches"));
    /* and back: one folder more than the limit */
    must(set_limit("max_inotify_watches", 14), "the limit");
    plan_files_write_many("W", 1, 1);
    counts_collect_until(&events, &counts, "watch.degraded", 1);
    trial_compare_status(&keeper, &channel, "degraded again");
    must(set_limit("max_inotify_watches", 1000), "the limit");
    counts_collect_until(&events, &counts, "watch.recovered", 2);
    trial_end(&keeper, &channel, &events);
}

/* No inotify instance at first; one is enough. */
void trial_instances(void) {
    static const char limit[] = "max_inotify_instances";
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    if (!enter_limits("instances", limit, 0))
        return;
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 2);
    keeper_begin(&keeper, (const char *const[]){"BATCHD_SETTLE=5ms", NULL});
    check(daemon_await_notice(&keeper.daemon, "polling", KEEPER_DEADLINE_MS), "STATUS= says nothing of polling");
    check(trial_log_has(&keeper, "fs.inotify.max_user_instances"), "the log does not say why");
    keeper_connect(&keeper, &channel);
    keeper_connect(&keeper, &events);
    events_begin(&events);
    check(trial_meta_has(&channel, "\"degraded\""), "meta does not say degraded");
    trial_put_subplan("X", 1);
    trial_compare_status(&keeper, &channel, "without an instance");
    counts_collect_until(&events, &counts, "subplan.completed", 1);
    must(set_limit(limit, 1), "the limit");
    counts_collect_until(&events, &counts, "watch.recovered", 1);
    check(trial_meta_has(&channel, "\"ok\""), "meta does not say that it has recovered");
    check(keeper_stat(&channel, "watches") > 4, "%.0f watches", keeper_stat(&channel, "watches"));
    tree_write("X/execution/feedbacks/APPROVED_11.md", "");
    counts_collect_until(&events, &counts, "achievement.completed", 1);
    check(keeper_stat(&channel, "watch_events") > 0, "it was not noticed by watching");
    /* the root's path is watched by the same instance */
    char elsewhere[KEEPER_BASE];
    snprintf(elsewhere, sizeof elsewhere, "%s/away", keeper.base);
    must(rename(keeper.space.root, elsewhere) == 0, "rename");
    check(daemon_await_notice(&keeper.daemon, "waiting for the workspace", KEEPER_DEADLINE_MS),
          "it misses the root's move");
    must(rename(elsewhere, keeper.space.root) == 0, "rename");
    check(daemon_await_notice(&keeper.daemon, "READY=1", KEEPER_DEADLINE_MS), "it does not serve again");
    trial_end(&keeper, &channel, &events);
}

/* No descriptors left for a while: what cannot be read now is read later. */
void trial_descriptors(void) {
    struct keeper keeper;
    struct rpc_client channel, events, others[24];
    struct counts counts = {0};
    struct rlimit few = {26, 4096}, many = {512, 4096};
    int open_count = 0;
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 3);
    trial_begin(&keeper, &channel, &events, trial_fast);
    must(prlimit(keeper.daemon.child, RLIMIT_NOFILE, &few, NULL) == 0, "prlimit");
    for (; open_count < 24; open_count++) {
        struct span result;
        keeper_connect(&keeper, &others[open_count]);
        if (rpc_client_call(&others[open_count], "ping", (struct span){0}, 200, &result) != RPC_ANSWERED)
            break;
    }
    trial_put_subplan("X", 1);
    plan_files_write_many("new", 1, 2);
    trial_put_subplan("new", 1);
    counts_collect(&events, &counts, QUIET_MS);
    for (int i = 0; i <= open_count && i < 24; i++)
        rpc_client_release(&others[i]);
    must(prlimit(keeper.daemon.child, RLIMIT_NOFILE, &many, NULL) == 0, "prlimit");
    counts_pass_time(&events, &counts, 100);
    trial_compare_status(&keeper, &channel, "after descriptors ran out");
    trial_put_subplan("new", 2);
    trial_compare_status(&keeper, &channel, "after descriptors ran out, in a new folder");
    check(open_count > 0 && open_count < 24, "the descriptors did not run out: this proves nothing");
    trial_end(&keeper, &channel, &events);
}

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

void trial_idle(int seconds) {
    static const char *const variables[] = {"BATCHD_SETTLE=0", NULL};
    struct keeper keeper;
    struct rpc_client channel, events;
    struct counts counts = {0};
    keeper_init(&keeper, trial_daemon, trial_client);
    plan_files_write_many("X", 1, 5);
    trial_begin(&keeper, &channel, &events, variables);
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
