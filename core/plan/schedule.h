/*
 * A schedule: how many hours are left, which open achievements decide that, and how long each of the others
 * can wait without delaying the end (its slack). Only what is open counts, and what is closed holds nothing up; an
 * achievement without an estimate counts as 0 hours. Linear in achievements and edges.
 */
#ifndef BATCHD_SCHEDULE_H
#define BATCHD_SCHEDULE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plan/plan.h"

/* Owns its arrays. In a plan without a graph, parallel is 0, the path is empty, and there is no slack. */
struct schedule {
    bool *is_open;  /* by position */
    double *slacks; /* hours, by position; 0 for what is on a longest path, or not open */
    double sequential, parallel;
    uint32_t *path; /* the critical one: the longest of what is open, with equal hours the one of more achievements;
                       dependencies first */
    uint32_t path_length;
};

/* @is_assumed: by position, what is taken for complete besides what is; NULL for nothing. */
void schedule_make(struct schedule *schedule, const struct plan *plan, const bool *is_assumed);
/* As if nothing were closed. */
void schedule_make_whole(struct schedule *schedule, const struct plan *plan);
void schedule_release(struct schedule *schedule);

/* Is @position open, and everything it depends on closed? Not in a plan without a graph. */
bool schedule_is_ready(const struct schedule *schedule, const struct plan *plan, size_t position);

#endif
