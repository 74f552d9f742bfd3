#include "watch/plan_audit.h"

#include "base/memory.h"
#include "plan/workspace.h"

static struct plan_reading *new_audit(const struct plan_cache *cache, size_t position) {
    struct plan_cache_entry *entry = cache->entries[position];
    struct plan_reading *audit = memory_allocate(1, sizeof *audit);
    *audit = (struct plan_reading){.entry = entry,
                                   .path = entry->path,
                                   .previous = &entry->plan,
                                   .files = cache->files,
                                   .is_audit = true,
                                   .reference = memory_copy(workspace_reference(&cache->workspace.plans[position])),
                                   .generation = cache->generation};
    return audit;
}

bool plan_audit_agrees(const struct plan_cache *cache, size_t position) {
    struct plan_reading *audit = new_audit(cache, position);
    plan_reading_run(audit);
    bool agrees = audit->agrees;
    plan_reading_free(audit);
    return agrees;
}

void plan_audit_start(struct plan_cache *cache, size_t position) {
    struct plan_cache_entry *entry = cache->entries[position];
    struct plan_reading *audit = new_audit(cache, position);
    entry->holders++;
    if (cache->read_elsewhere && entry->plan.standing_count >= PLAN_CACHE_LARGE) {
        cache->read_elsewhere(cache->read_elsewhere_data, audit);
        return;
    }
    plan_reading_run(audit);
    plan_audit_end(cache, audit);
}

void plan_audit_end(struct plan_cache *cache, struct plan_reading *audit) {
    bool is_gone = audit->entry->is_gone;
    plan_cache_take_back(cache, audit->entry);
    if (!is_gone)
        cache->audited(cache->audited_data, audit);
    plan_reading_free(audit);
}
