/*
 * Keep a snapshot current when single documents change, without reading the plan again: what is read is the changed
 * document and what its achievement's state rests on with it, what is visited is its achievement and those that depend
 * on it.
 */
#ifndef BATCHD_PLAN_UPDATE_H
#define BATCHD_PLAN_UPDATE_H

#include <stdbool.h>
#include <stddef.h>

#include "disk/files.h"
#include "plan/plan.h"

/* Positions of achievements, with repetitions. {0} is empty. */
struct positions {
    size_t *items;
    size_t count, capacity;
};

/*
 * Read what the file @name in the folder @folder (relative to the root, of this plan) says now, into the snapshot: it
 * was written, made, renamed or removed. Every achievement whose standing may have changed is added to @changed.
 *
 * False if a file is missing that was there, if more than one achievement is concerned, or if a diagnostic would come
 * or go: then the snapshot is only good for plan_reload.
 */
bool plan_update(struct plan *plan, const struct files *files, const char *folder, const char *name,
                 struct positions *changed);

#endif
