/*
 * An audit: does the snapshot of a plan in the cache say the same as the disk, read afresh? It is a reading that
 * changes nothing.
 */
#ifndef BATCHD_PLAN_AUDIT_H
#define BATCHD_PLAN_AUDIT_H

#include <stdbool.h>
#include <stddef.h>

#include "watch/plan_cache.h"
#include "watch/plan_reading.h"

/* Does it, at once? */
bool plan_audit_agrees(const struct plan_cache *cache, size_t position);

/* Find that out, on another thread if the plan is large; then cache->audited is called, unless the plan has gone. */
void plan_audit_start(struct plan_cache *cache, size_t position);
/* Takes @audit, which has been run on another thread. */
void plan_audit_end(struct plan_cache *cache, struct plan_reading *audit);

#endif
