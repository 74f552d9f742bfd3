/*
 * A reading: a large plan is read as a whole on another thread. The reading is a holder of its entry; what changes
 * meanwhile is read afterwards.
 */
#ifndef BATCHD_PLAN_READING_H
#define BATCHD_PLAN_READING_H

#include "batch/pending.h"
#include "disk/files.h"
#include "plan/plan.h"

struct plan_cache_entry;

struct plan_reading {
    struct plan_cache_entry *entry;
    const char *path;            /* of the plan's folder; the entry's */
    const struct plan *previous; /* the snapshot that is kept; NULL if there is none */
    struct files files;
    struct pending pending; /* what was hidden */
    struct plan fresh;
};

/* On any thread. */
void plan_reading_run(struct plan_reading *reading);
/* @reading may be NULL. */
void plan_reading_free(struct plan_reading *reading);

#endif
