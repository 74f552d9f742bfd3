#include "fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const struct scenario_row scenarios[SCENARIOS] = {
    [CREATE] = {.name = "create", .command = "create --yes X", .after = ALL, .standing_after = 1},
    [UNDO] = {.name = "undo", .command = "undo --yes", .before = ALL, .standing_before = 1},
    [KEEP_GOING] = {.name = "keep-going",
                    .command = "create --yes --keep-going X",
                    .status = STATUS_PARTLY,
                    .after = OTHERS,
                    .standing_after = 1,
                    .is_thin = true},
    [RETRY] = {.name = "retry",
               .command = "retry 1 --yes",
               .before = OTHERS,
               .after = ALL,
               .standing_before = 1,
               .standing_after = 2,
               .is_thin = true},
    [RECOVER] =
        {.name = "recover", .command = "create --yes X", .after = ALL, .standing_after = 1, .begins_dead = true},
    [MOUNTED] = {.name = "mounted",
                 .command = "create --yes X",
                 .after = ALL,
                 .standing_after = 1,
                 .is_mounted = true,
                 .is_thin = true},
    [MOUNTED_UNDO] = {.name = "mounted-undo",
                      .command = "undo --yes",
                      .before = ALL,
                      .standing_before = 1,
                      .is_mounted = true,
                      .is_thin = true},
    [MOUNTED_RECOVER] = {.name = "mounted-recover",
                         .command = "create --yes X",
                         .after = ALL,
                         .standing_after = 1,
                         .is_mounted = true,
                         .is_thin = true,
                         .begins_dead = true},
    [TWICE] = {.name = "twice", .command = "create --yes X", .after = ALL, .standing_after = 1},
};

void make_folder(const struct trial *trial, const char *path) {
    char whole[PATH_BYTES * 2];
    snprintf(whole, sizeof whole, "%s/%s", trial->root, path);
    mkdir(whole, 0755);
}

void block(const struct trial *trial, bool is_blocked) {
    char path[PATH_BYTES], whole[PATH_BYTES * 2];
    trial_target(1, path);
    make_folder(trial, "X/execution");
    snprintf(whole, sizeof whole, "%s/%s", trial->root, path);
    if (is_blocked ? mkdir(whole, 0755) != 0 : rmdir(whole) != 0) {
        perror(whole);
        exit(99);
    }
}

/* A batch as a create has left it: of all files, or of those that a name in the way has let it. */
static void put_batch(const struct trial *trial, bool is_partly) {
    static struct run run;
    enum scenario scenario = is_partly ? KEEP_GOING : CREATE;
    if (is_partly)
        block(trial, true);
    trial_run(trial, &program, &(struct fault){0}, NULL, scenarios[scenario].command, &run);
    if (is_partly)
        block(trial, false);
    if (run.status == scenarios[scenario].status)
        return;
    fprintf(stderr, "no batch without faults: %s", run.err);
    exit(99);
}

bool prepare(const struct trial *trial, enum scenario scenario, long dead_at) {
    static struct run run;
    trial_clear(trial);
    if (scenarios[scenario].before)
        put_batch(trial, scenario == RETRY);
    if (scenario == KEEP_GOING)
        block(trial, true);
    if (dead_at == 0)
        return true;
    trial_run(trial, &program, &(struct fault){.at = dead_at, .kind = "kill-before"}, NULL, scenarios[CREATE].command,
              &run);
    return run.status == STATUS_KILLED;
}
