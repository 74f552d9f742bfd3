#include "watch/held_plans.h"

#include <string.h>

#include "api/methods.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "batch/pending.h"

static void copy_places(struct workspace *copy, const struct workspace *workspace) {
    copy->plan_count = workspace->plan_count;
    copy->plans = memory_allocate(workspace->plan_count, sizeof *copy->plans);
    for (size_t i = 0; i < workspace->plan_count; i++) {
        const struct plan_place *place = &workspace->plans[i];
        copy->plans[i] = (struct plan_place){.name = arena_copy(&copy->arena, place->name, strlen(place->name)),
                                             .path = arena_copy(&copy->arena, place->path, strlen(place->path)),
                                             .is_unique = place->is_unique};
    }
}

void held_plans_take(struct held_plans *held, const struct plan_cache *cache, const struct request *request) {
    const struct workspace *workspace = &cache->workspace;
    size_t first;
    *held = (struct held_plans){
        .workspace = {.files = workspace->files, .root = workspace->root, .has_gaps = workspace->has_gaps}};
    copy_places(&held->workspace, workspace);
    diagnostics_append(&held->workspace.diagnostics, &workspace->diagnostics);
    held->count = plan_cache_find_wanted(cache, request, &first);
    held->entries = memory_allocate(held->count, sizeof(struct plan_cache_entry *));
    for (size_t i = 0; i < held->count; i++) {
        held->entries[i] = cache->entries[first + i];
        held->entries[i]->holders++;
        held->workspace.plans[first + i].snapshot = &held->entries[i]->plan;
    }
}

void held_plans_answer(const struct held_plans *held, const struct request *request, struct answer *answer) {
    const struct pending none = {0};
    request_handle_kept(&held->workspace, &held->workspace.files, &none, request, answer);
}

void held_plans_return(struct held_plans *held, struct plan_cache *cache) {
    for (size_t i = 0; i < held->count; i++)
        plan_cache_take_back(cache, held->entries[i]);
    memory_free(held->entries);
    memory_free(held->workspace.plans);
    arena_release(&held->workspace.arena);
    diagnostics_release(&held->workspace.diagnostics);
    *held = (struct held_plans){0};
}
