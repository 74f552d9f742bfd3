/*
 * The parts of the soak. Each prints what it did in a line, adds to the tally what held and what did not, and says so
 * loudly when it cannot be run here.
 */
#ifndef SOAK_H
#define SOAK_H

#include <stdbool.h>

#include "trial.h"

struct tally {
    long passed, failed, skipped;
};

/* Count one case; a failure is printed, the first ones at least. */
void tally_add(struct tally *tally, bool is_well, const char *format, ...) __attribute__((format(printf, 3, 4)));
void tally_skip(struct tally *tally, const char *what, const char *reason);

/* A batch of 200 files, and a SIGKILL at @count random moments. */
void soak_kills(struct tally *tally, const struct program *program, const char *folder, long count);
/* @count creates against a process that makes files of the same names. */
void soak_races(struct tally *tally, const char *folder, long count);
/* @count rounds of batches against a process that swaps folders of the workspace for links to the outside. */
void soak_swaps(struct tally *tally, const char *folder, long count);
/* The power fails at @count points; 0: at every operation, in every way, once. */
void soak_cuts(struct tally *tally, const struct program *program, const char *folder, long count);
/* Full and read-only file systems, few descriptors. */
void soak_disks(struct tally *tally, const struct program *program, const char *folder);

#endif
