/*
 * Long runs of what fault.c does a little of: soak BATCHCTL SHIM PART [COUNT] [PART [COUNT]]...
 *
 *   kills   SIGKILL at COUNT random moments of a batch of 200 files (500); half of them while it publishes
 *   races   COUNT creates against a process that makes files of the same names (100000)
 *   swaps   COUNT rounds against a process that swaps folders for links to the outside (20000)
 *   cuts    the power fails COUNT times (every operation, in every way)
 *   disks   full, read-only, few descriptors
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "process.h"
#include "soak.h"

enum { FAILURES_SHOWN = 20, BIG_BATCH = 200, KILLS_DEFAULT = 500, RACES_DEFAULT = 100000, SWAPS_DEFAULT = 20000 };

void tally_add(struct tally *tally, bool is_well, const char *format, ...) {
    if (is_well) {
        tally->passed++;
        return;
    }
    if (++tally->failed > FAILURES_SHOWN)
        return;
    va_list arguments;
    va_start(arguments, format);
    vfprintf(stderr, format, arguments);
    va_end(arguments);
    fputc('\n', stderr);
}

void tally_skip(struct tally *tally, const char *what, const char *reason) {
    tally->skipped++;
    fprintf(stderr, "*** SKIPPED: %s: %s ***\n", what, reason);
}

/* --- kills --- */

static double measure(const struct trial *trial, const struct program *program) {
    double longest = 0;
    for (int i = 0; i < 5; i++) {
        double began = trial_now();
        process_wait(trial_begin(trial, program, "create --yes X"));
        double took = trial_now() - began;
        longest = took > longest ? took : longest;
        trial_clear(trial);
    }
    return longest;
}

static int kill_within(const struct trial *trial, const struct program *program, double most) {
    pid_t child = trial_begin(trial, program, "create --yes X");
    usleep((useconds_t)(most * 1e6 * (double)random() / (double)RAND_MAX));
    kill(child, SIGKILL);
    return process_wait(child);
}

/* The operations with which the batch is published. */
static void find_publishing(const struct trial *trial, const struct program *program, long *first, long *last) {
    static struct run run;
    char log[PATH_BYTES + 8], line[512], name[32];
    long number;
    snprintf(log, sizeof log, "%s.log", trial->root);
    trial_run(trial, program, &(struct fault){0}, log, "create --yes X", &run);
    trial_clear(trial);
    FILE *file = fopen(log, "r");
    *first = *last = 0;
    while (file && fgets(line, sizeof line, file))
        if (sscanf(line, "%ld w %31s", &number, name) == 2 && strncmp(name, "rename", 6) == 0) {
            *first = *first ? *first : number;
            *last = number;
        }
    if (file)
        fclose(file);
    unlink(log);
}

/* Publishing is short, and a busy machine cannot aim at it by time. */
static int kill_publishing(const struct trial *trial, const struct program *program, long first, long last) {
    static struct run run;
    const struct fault fault = {.at = first + random() % (last - first + 1), .kind = "kill-after"};
    trial_run(trial, program, &fault, NULL, "create --yes X", &run);
    return run.status;
}

void soak_kills(struct tally *tally, const struct program *program, const char *folder, long count) {
    struct trial trial;
    static struct run run;
    char place[PATH_BYTES];
    long died = 0, torn = 0, first, last;
    double began = trial_now();
    snprintf(place, sizeof place, "%s/kills", folder);
    trial_start(&trial, place, BIG_BATCH);
    trial_expect(&trial, program);
    double most = measure(&trial, program);
    find_publishing(&trial, program, &first, &last);
    for (long i = 0; i < count; i++) {
        trial_clear(&trial);
        int status = i % 2 ? kill_publishing(&trial, program, first, last) : kill_within(&trial, program, most);
        if (i % 4 >= 2)
            kill_within(&trial, program, most); /* its recovery, too */
        enum verdict disk = trial_verdict(&trial), reader = trial_reader(&trial, program);
        died += status == STATUS_KILLED;
        torn += disk == VERDICT_TORN;
        trial_run(&trial, program, &(struct fault){0}, NULL, "create --yes X", &run);
        enum verdict after = trial_verdict(&trial);
        bool is_shown_whole = reader == VERDICT_ALL || reader == VERDICT_NONE;
        bool is_well = disk != VERDICT_WRONG && is_shown_whole && (status != 0 || disk == VERDICT_ALL) &&
                       run.status == 0 && after == VERDICT_ALL && trial_standing(&trial) == 1 &&
                       trial_is_tidy(&trial) && trial_is_unharmed(&trial);
        tally_add(tally, is_well,
                  "kill %ld (status %d): on disk: %s, shown: %s; after the next create (status %d): %s, "
                  "batches: %d, %s%s",
                  i, status, verdict_names[disk], verdict_names[reader], run.status, verdict_names[after],
                  trial_standing(&trial), trial_is_tidy(&trial) ? "tidy" : "not tidy",
                  trial_is_unharmed(&trial) ? "" : ", other files harmed");
    }
    trial_end(&trial);
    if (count >= 20)
        tally_add(tally, torn > 0, "no kill left part of the batch: the loop proves nothing");
    printf("kills: %ld of %d files (%ld died, %ld left part of the batch for recovery), %.0f s\n", count, BIG_BATCH,
           died, torn, trial_now() - began);
}

/* --- the parts --- */

static bool run_part(struct tally *tally, const struct program *program, const char *folder, const char *part,
                     long count) {
    if (strcmp(part, "kills") == 0)
        soak_kills(tally, program, folder, count ? count : KILLS_DEFAULT);
    else if (strcmp(part, "races") == 0)
        soak_races(tally, folder, count ? count : RACES_DEFAULT);
    else if (strcmp(part, "swaps") == 0)
        soak_swaps(tally, folder, count ? count : SWAPS_DEFAULT);
    else if (strcmp(part, "cuts") == 0)
        soak_cuts(tally, program, folder, count);
    else if (strcmp(part, "disks") == 0)
        soak_disks(tally, program, folder);
    else
        return false;
    return true;
}

int main(int count, char **words) {
    struct tally tally = {0};
    char folder[PATH_BYTES - 64];
    snprintf(folder, sizeof folder, "%s/batchd-soak-XXXXXX", trial_base());
    if (count < 4) {
        fprintf(stderr, "usage: soak BATCHCTL SHIM PART [COUNT]..., PART: kills, races, swaps, cuts, disks\n");
        return 2;
    }
    struct program program = {realpath(words[1], NULL), realpath(words[2], NULL)};
    if (!program.batchctl || !program.shim || !mkdtemp(folder)) {
        perror("soak");
        return 99;
    }
    const char *seed = getenv("SOAK_SEED");
    unsigned start = seed ? (unsigned)strtoul(seed, NULL, 10) : (unsigned)getpid();
    printf("SOAK_SEED=%u\n", start);
    srandom(start);
    for (int i = 3; i < count; i++) {
        const char *part = words[i];
        long number = i + 1 < count ? strtol(words[i + 1], NULL, 10) : 0;
        i += number > 0;
        if (!run_part(&tally, &program, folder, part, number)) {
            fprintf(stderr, "there is no part \"%s\"\n", part);
            tally.failed++;
        }
    }
    rmdir(folder);
    printf("%ld passed, %ld failed, %ld skipped\n", tally.passed, tally.failed, tally.skipped);
    return tally.failed ? 1 : 0;
}
