/*
 * Real full disks instead of injected errors: tmpfs with hardly any room or inodes, file systems that become read-only,
 * and processes that may open hardly any files.
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "soak.h"
#include "volume.h"

enum { FILES = 3, PAGE_BYTES = 4096, ROOM_MOST_PAGES = 40, INODES_MOST = 60, DESCRIPTORS_FIRST = 4, DESCRIPTORS = 16 };
static const char roomy[] = "size=4m,nr_inodes=1000";

/* The run has failed with nothing done and said why, or done all; with room again the next one works. */
static bool judge(struct tally *tally, const struct trial *trial, const struct program *program, const struct run *run,
                  const char *cause, const char *circumstance) {
    enum verdict disk = trial_verdict(trial), reader = trial_reader(trial, program);
    bool is_done = run->status == 0 && disk == VERDICT_ALL && reader == VERDICT_ALL;
    bool is_undone = run->status != 0 && run->status < 124 && run->status != STATUS_UNKNOWN && disk == VERDICT_NONE &&
                     reader == VERDICT_NONE && strstr(run->err, cause);
    tally_add(tally, is_done || is_undone, "%s: status %d, on disk: %s, shown: %s: %s", circumstance, run->status,
              verdict_names[disk], verdict_names[reader], run->err);
    return run->status != 0;
}

static void judge_next(struct tally *tally, const struct trial *trial, const struct program *program,
                       const char *circumstance) {
    static struct run run;
    trial_run(trial, program, &(struct fault){0}, NULL, "create --yes X", &run);
    enum verdict disk = trial_verdict(trial);
    tally_add(tally,
              run.status == 0 && disk == VERDICT_ALL && trial_is_tidy(trial) && trial_standing(trial) == 1 &&
                  trial_is_unharmed(trial),
              "%s, and then not any more: status %d, on disk: %s, %s: %s", circumstance, run.status,
              verdict_names[disk], trial_is_tidy(trial) ? "tidy" : "not tidy", run.err);
}

/* One tmpfs with these options. Returns 1 if it was too full, 0 if not; -1 if the plan itself does not fit. */
static int fill(struct tally *tally, const struct trial *trial, const struct program *program, const char *place,
                const char *options) {
    static struct run run;
    if (!volume_remount(place, false, options))
        return -1;
    trial_run(trial, program, &(struct fault){0}, NULL, "create --yes X", &run);
    bool was_full = judge(tally, trial, program, &run, strerror(ENOSPC), options);
    volume_remount(place, false, roomy);
    judge_next(tally, trial, program, options);
    trial_clear(trial);
    return was_full;
}

static void fill_disks(struct tally *tally, const struct trial *trial, const struct program *program,
                       const char *place) {
    char options[64];
    long full[2] = {0}, roomy_enough[2] = {0};
    for (int kind = 0; kind < 2; kind++)
        for (int room = 1; room <= (kind ? INODES_MOST : ROOM_MOST_PAGES); room++) {
            if (kind)
                snprintf(options, sizeof options, "size=4m,nr_inodes=%d", room);
            else
                snprintf(options, sizeof options, "size=%dk,nr_inodes=1000", room * PAGE_BYTES / 1024);
            int was_full = fill(tally, trial, program, place, options);
            full[kind] += was_full == 1;
            roomy_enough[kind] += was_full == 0;
        }
    tally_add(tally, full[0] > 3 && full[1] > 3 && roomy_enough[0] > 3 && roomy_enough[1] > 3,
              "the disks were not full: the loop proves nothing");
    printf("disks: %ld with too little room, %ld with too few inodes\n", full[0], full[1]);
}

static void become_read_only(struct tally *tally, const struct trial *trial, const struct program *program,
                             const char *place) {
    static struct run run;
    volume_remount(place, true, roomy);
    trial_run(trial, program, &(struct fault){0}, NULL, "create --yes X", &run);
    tally_add(tally, run.status != 0, "a batch on a read-only file system");
    judge(tally, trial, program, &run, strerror(EROFS), "read-only");
    volume_remount(place, false, roomy);
    judge_next(tally, trial, program, "read-only");
    /* and an undo there */
    volume_remount(place, true, roomy);
    trial_run(trial, program, &(struct fault){0}, NULL, "undo --yes", &run);
    tally_add(tally,
              run.status != 0 && run.status < 124 && strstr(run.err, strerror(EROFS)) &&
                  trial_verdict(trial) == VERDICT_ALL && trial_reader(trial, program) == VERDICT_ALL,
              "undo, read-only: status %d: %s", run.status, run.err);
    volume_remount(place, false, roomy);
    trial_clear(trial);
}

static void run_out_of_descriptors(struct tally *tally, const struct trial *trial, const struct program *program) {
    static struct run run;
    char text[64];
    int refused = 0;
    for (unsigned most = DESCRIPTORS_FIRST; most <= DESCRIPTORS; most++) {
        snprintf(text, sizeof text, "ulimit -n %u", most);
        trial_run(trial, program, &(struct fault){.descriptors_most = most}, NULL, "create --yes X", &run);
        refused += judge(tally, trial, program, &run, strerror(EMFILE), text);
        judge_next(tally, trial, program, text);
        trial_clear(trial);
    }
    tally_add(tally, refused > 0 && refused < DESCRIPTORS - DESCRIPTORS_FIRST, "ulimit -n refused %d runs", refused);
    printf("descriptors: %d of %d limits were too small\n", refused, DESCRIPTORS - DESCRIPTORS_FIRST + 1);
}

void soak_disks(struct tally *tally, const struct program *program, const char *folder) {
    struct trial trial;
    char place[PATH_BYTES / 2], root[PATH_BYTES];
    snprintf(place, sizeof place, "%s/disk", folder);
    snprintf(root, sizeof root, "%s/plans", place);
    mkdir(place, 0755);
    const char *reason = volume_prepare();
    if (!reason && !volume_mount_memory(place, roomy))
        reason = strerror(errno);
    if (reason)
        tally_skip(tally, "full and read-only disks need mount(2)", reason);
    trial_start(&trial, root, FILES);
    trial_expect(&trial, program);
    run_out_of_descriptors(tally, &trial, program);
    if (!reason) {
        fill_disks(tally, &trial, program, place);
        become_read_only(tally, &trial, program, place);
    }
    trial_end(&trial);
    if (!reason)
        volume_unmount(place);
    rmdir(place);
}
