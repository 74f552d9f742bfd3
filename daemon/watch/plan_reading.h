/*
 * A reading: a large plan is read as a whole on another thread, to replace its snapshot, or in an audit to be compared
 * with it. The reading is a holder of its entry; what changes meanwhile is read afterwards.
 */
#ifndef BATCHD_PLAN_READING_H
#define BATCHD_PLAN_READING_H

#include <stdbool.h>
#include <stdint.h>

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
    bool is_audit, agrees;
    char *reference;     /* of an audit: what names the plan in a command */
    uint64_t generation; /* of an audit: of the cache when it began */
};

/* On any thread. */
void plan_reading_run(struct plan_reading *reading);
/* @reading may be NULL. */
void plan_reading_free(struct plan_reading *reading);

#endif
