#include "trials_of_roots.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "trial.h"

static void expect_served_again(struct keeper *keeper, const char *what, double began) {
    struct rpc_client channel;
    bool is_ready = daemon_await_notice(&keeper->daemon, "READY=1", KEEPER_DEADLINE_MS);
    double took = now_ms_exact() - began;
    check(is_ready && took <= 6000, "%s: served again after %.0f ms", what, took);
    if (!is_ready)
        return;
    keeper_connect(keeper, &channel);
    trial_compare_status(keeper, &channel, what);
    plan_files_write_many("fresh", 1, 3);
    trial_put_subplan("fresh", 2);
    trial_compare_status(keeper, &channel, what);
    rpc_client_release(&channel);
    printf("  %s: served again after %.0f ms\n", what, took);
}

void trial_root(void) {
    struct keeper keeper;
    char other[KEEPER_BASE], above[KEEPER_BASE];
    keeper_init(&keeper, trial_daemon, trial_client);
    snprintf(other, sizeof other, "%s/other", keeper.base);
    plan_files_write_many("X", 1, 2);
    keeper_start(&keeper, trial_fast);

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
        trial_skip("a mount over the root", strerror(errno));
    }
    keeper_end(&keeper);
}

/*
 * The folder is exchanged for another while the daemon reads events for other reasons: what is published after a
 * change, and audits. Whatever has read the event, the daemon must find out.
 */
void trial_exchange(void) {
    enum { EXCHANGES = 40 };
    static const char *const audited[] = {"BATCHD_SETTLE=1ms", "BATCHD_AUDIT_INTERVAL=1ms", "BATCHD_LOG_LEVEL=error",
                                          NULL};
    struct keeper keeper;
    char other[KEEPER_BASE];
    keeper_init(&keeper, trial_daemon, trial_client);
    snprintf(other, sizeof other, "%s/other", keeper.base);
    must(mkdir(other, 0755) == 0, "mkdir");
    plan_files_write_many("X", 1, 2);
    keeper_start(&keeper, audited);
    for (int i = 0; i < EXCHANGES; i++) {
        keeper_skip_notices();
        trial_put_subplan("X", 1 + i % 2);
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
void trial_ways(void) {
    struct keeper keeper;
    char above[KEEPER_BASE], moved[KEEPER_BASE], real[KEEPER_PATH], fresh[KEEPER_PATH];
    keeper_init(&keeper, trial_daemon, trial_client);
    snprintf(above, sizeof above, "%s/above", keeper.base);
    snprintf(moved, sizeof moved, "%s/moved", keeper.base);
    snprintf(real, sizeof real, "%s/root", above);
    snprintf(fresh, sizeof fresh, "%s/fresh", keeper.base);
    plan_files_write_many("X", 1, 2);
    must(mkdir(above, 0755) == 0 && chdir("/") == 0 && rename(keeper.space.root, real) == 0, real);
    must(symlink("above/root", keeper.space.root) == 0 && chdir(keeper.space.root) == 0, keeper.space.root);
    keeper_start(&keeper, trial_fast);

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
    trial_compare_status(&keeper, &channel, "after a reload");
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
void trial_mounts(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    char elsewhere[KEEPER_BASE], release[KEEPER_BASE + 32], old[KEEPER_BASE + 32], bound[KEEPER_PATH];
    keeper_init(&keeper, trial_daemon, trial_client);
    snprintf(elsewhere, sizeof elsewhere, "%s/away", keeper.base);
    must(mkdir(elsewhere, 0755) == 0, elsewhere);
    plan_files_write_many("X Y", 1, 2); /* the table has such names in another form */
    trial_put_subplan("X Y", 1);
    trial_begin(&keeper, &channel, &events, trial_fast);
    struct counts counts = {0};
    double refreshes = keeper_stat(&channel, "refreshes");
    if (mount("none", elsewhere, "tmpfs", 0, NULL)) {
        trial_skip("mounts in the workspace", strerror(errno));
        trial_end(&keeper, &channel, &events);
        return;
    }
    counts_collect(&events, &counts, QUIET_MS);
    check(keeper_stat(&channel, "refreshes") == refreshes, "a mount elsewhere made it read everything");
    must(umount(elsewhere) == 0, "umount");
    must(mount("none", "X Y/subplans", "tmpfs", 0, NULL) == 0, "mount");
    counts_collect_until(&events, &counts, "subplan.removed", 1);
    trial_put_subplan("X Y", 2);
    trial_compare_status(&keeper, &channel, "after a mount over a folder");
    counts_collect_until(&events, &counts, "subplan.completed", 1);
    must(umount("X Y/subplans") == 0, "umount");
    counts_collect_until(&events, &counts, "subplan.removed", 2);
    trial_compare_status(&keeper, &channel, "after it is unmounted");

    /* one thing is mounted in the place of another while the daemon is stopped: the table has the same line again */
    snprintf(release, sizeof release, "%s/release", elsewhere);
    snprintf(old, sizeof old, "%s/old", elsewhere);
    snprintf(bound, sizeof bound, "%s/subplans", release);
    must(mkdir(release, 0755) == 0 && mkdir(bound, 0755) == 0, bound);
    must(mount(bound, "X Y/subplans", NULL, MS_BIND, NULL) == 0, "mount");
    trial_compare_status(&keeper, &channel, "after a folder is bound");
    must(kill(keeper.daemon.child, SIGSTOP) == 0, "SIGSTOP");
    must(umount("X Y/subplans") == 0 && rename(release, old) == 0, "rename");
    must(mkdir(release, 0755) == 0 && mkdir(bound, 0755) == 0, bound);
    must(mount(bound, "X Y/subplans", NULL, MS_BIND, NULL) == 0, "mount");
    trial_put_subplan("X Y", 2);
    must(kill(keeper.daemon.child, SIGCONT) == 0, "SIGCONT");
    counts_collect_until(&events, &counts, "subplan.completed", 3);
    trial_put_subplan("X Y", 1);
    trial_compare_status(&keeper, &channel, "after another folder is bound");
    must(umount("X Y/subplans") == 0, "umount");
    trial_end(&keeper, &channel, &events);
}

/* A plan is moved in that shares a file with another one, which no event had announced. */
void trial_links(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    char outside[KEEPER_BASE], link_name[KEEPER_PATH];
    keeper_init(&keeper, trial_daemon, trial_client);
    snprintf(outside, sizeof outside, "%s/Y", keeper.base);
    snprintf(link_name, sizeof link_name, "%s/subplans/SUBPLAN_Y_11.md", outside);
    plan_files_write_many("X", 1, 2);
    trial_put_subplan("X", 1);
    plan_files_write_many("Y", 1, 2);
    must(rename("Y", outside) == 0, outside);
    trial_begin(&keeper, &channel, &events, trial_fast);
    must(link("X/subplans/SUBPLAN_X_11.md", link_name) == 0, link_name);
    must(rename(outside, "Y") == 0, "Y");
    trial_compare_status(&keeper, &channel, "after a plan with a file of another one was moved in");
    tree_write("Y/subplans/SUBPLAN_Y_11.md", "# SUBPLAN\n");
    trial_compare_status(&keeper, &channel, "after the file was written by its other name");
    trial_end(&keeper, &channel, &events);
}

/* --- git --- */

static void git(const char *arguments) {
    char command[512];
    snprintf(command, sizeof command,
             "git -c user.name=t -c user.email=t@t -c commit.gpgsign=false -c gc.auto=0 %s >/dev/null 2>&1", arguments);
    must(system(command) == 0, command);
}

void trial_git(void) {
    struct keeper keeper;
    struct rpc_client channel, events;
    char path[96];
    setenv("GIT_CONFIG_GLOBAL", "/dev/null", 1);
    keeper_init(&keeper, trial_daemon, trial_client);
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
            trial_put_subplan(path, i);
    }
    tree_remove("group/P1");
    must(rename("group/P3", "group/Q3") == 0, "rename");
    plan_files_write_many("extra/E", 1, 4);
    git("add -A");
    git("commit -m two");
    trial_begin(&keeper, &channel, &events, NULL);
    for (int i = 0; i < 6; i++) {
        struct counts counts = {0};
        git(i % 2 ? "checkout two" : "checkout one");
        trial_compare_status(&keeper, &channel, "after git checkout");
        counts_collect(&events, &counts, QUIET_MS);
        trial_compare_status(&keeper, &channel, "after git checkout, settled");
        counts_expect(&counts, "git checkout", i % 2 ? "subplan.completed" : "subplan.removed", 15 * 9);
        counts_expect(&counts, "git checkout", i % 2 ? "subplan.removed" : "subplan.completed", 0);
    }
    trial_end(&keeper, &channel, &events);
}
