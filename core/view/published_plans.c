#include "view/published_plans.h"

#include "base/buffer.h"
#include "base/memory.h"

void published_plans_arrange(struct published_plans *published, const struct string_map *positions, size_t count,
                             const struct changes_sink *sink) {
    const struct published_plans old = *published;
    size_t position;
    *published = (struct published_plans){memory_allocate(count, sizeof *published->plans), count};
    for (size_t i = 0; i < old.count; i++) {
        const struct published_plan *plan = &old.plans[i];
        if (!plan->state)
            continue;
        if (string_map_find(positions, span_of(published_state_path(plan->state)), &position)) {
            published->plans[position] = *plan;
            continue;
        }
        changes_remove(plan->state, sink);
        published_claims_free(plan->claims);
    }
    memory_free(old.plans);
}

void published_plans_release(struct published_plans *published) {
    for (size_t i = 0; i < published->count; i++) {
        published_state_free(published->plans[i].state);
        published_claims_free(published->plans[i].claims);
    }
    memory_free(published->plans);
    *published = (struct published_plans){0};
}
