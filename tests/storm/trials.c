/*
 * trials DAEMON CLIENT [--long] [NAME]...: what a watcher has to survive, one situation after the other, each with a
 * separate daemon. --long adds the large ones. A trial that cannot be made here says so, loudly.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trial.h"
#include "trials_of_files.h"
#include "trials_of_limits.h"
#include "trials_of_roots.h"

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
    trial_daemon = words[1];
    trial_client = words[2];
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
