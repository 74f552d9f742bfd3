#include "plan/schedule.h"

#include "base/auto.h"
#include "base/memory.h"
#include "plan/graph.h"

/* The longest way through open nodes that ends at one, with the node itself. */
struct way {
    double hours;
    uint32_t count; /* of nodes; of ways with equal hours the one with more */
    uint32_t next;  /* node + 1 on that way, 0 if it begins here */
};

static bool is_longer(const struct way *a, const struct way *b) {
    return a->hours > b->hours || (a->hours == b->hours && a->count > b->count);
}

/* Ways along @lists, which lead from each node to nodes that are before it in the given direction of the order. */
static struct way *longest_ways(const struct schedule *schedule, const struct plan *plan, const struct adjacency *lists,
                                bool is_backward) {
    const struct graph *graph = &plan->dependencies.graph;
    struct way *ways = memory_allocate(graph->node_count, sizeof *ways);
    for (uint32_t k = 0; k < graph->node_count; k++) {
        uint32_t node = graph->order[is_backward ? graph->node_count - 1 - k : k];
        if (!schedule->is_open[node])
            continue;
        struct way longest = {0};
        for (uint32_t i = lists->start[node]; i < lists->start[node + 1]; i++)
            if (schedule->is_open[lists->items[i]] && is_longer(&ways[lists->items[i]], &longest)) {
                longest = ways[lists->items[i]];
                longest.next = lists->items[i] + 1;
            }
        ways[node] = (struct way){
            .hours = plan->dependencies.achievements[node].hours + longest.hours,
            .count = longest.count + 1,
            .next = longest.next,
        };
    }
    return ways;
}

static void take_path(struct schedule *schedule, const struct plan *plan, const struct way *ways) {
    const struct graph *graph = &plan->dependencies.graph;
    struct way longest = {0};
    for (uint32_t node = 0; node < graph->node_count; node++)
        if (is_longer(&ways[node], &longest)) {
            longest = ways[node];
            longest.next = node + 1;
        }
    schedule->parallel = longest.hours;
    for (uint32_t next = longest.next; next; next = ways[next - 1].next)
        schedule->path[schedule->path_length++] = next - 1;
}

/* Backward ways lead to the end of the plan, forward ones to its beginning: both together are the longest through it.
 */
static void measure(struct schedule *schedule, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    AUTO_FREE struct way *from_start = longest_ways(schedule, plan, &graph->dependencies, false);
    AUTO_FREE struct way *to_end = longest_ways(schedule, plan, &graph->dependents, true);
    take_path(schedule, plan, to_end);
    double least = schedule->parallel * 1e-9; /* sums of decimal fractions are not exact */
    for (uint32_t node = 0; node < graph->node_count; node++) {
        double hours = plan->dependencies.achievements[node].hours;
        double slack = schedule->parallel - (from_start[node].hours + to_end[node].hours - hours);
        if (schedule->is_open[node] && slack > least)
            schedule->slacks[node] = slack;
    }
}

enum scope { SCOPE_OPEN, SCOPE_WHOLE };

static void make(struct schedule *schedule, const struct plan *plan, enum scope scope, const bool *is_assumed) {
    size_t count = plan->dependencies.count;
    *schedule = (struct schedule){
        .is_open = memory_allocate(count, sizeof *schedule->is_open),
        .slacks = memory_allocate(count, sizeof *schedule->slacks),
        .path = memory_allocate(count, sizeof *schedule->path),
    };
    for (size_t i = 0; i < count; i++) {
        schedule->is_open[i] = scope == SCOPE_WHOLE || (plan_is_open(plan, i) && !(is_assumed && is_assumed[i]));
        if (schedule->is_open[i])
            schedule->sequential += plan->dependencies.achievements[i].hours;
    }
    if (plan->has_graph)
        measure(schedule, plan);
}

void schedule_make(struct schedule *schedule, const struct plan *plan, const bool *is_assumed) {
    make(schedule, plan, SCOPE_OPEN, is_assumed);
}

void schedule_make_whole(struct schedule *schedule, const struct plan *plan) {
    make(schedule, plan, SCOPE_WHOLE, NULL);
}

void schedule_release(struct schedule *schedule) {
    memory_free(schedule->is_open);
    memory_free(schedule->slacks);
    memory_free(schedule->path);
    *schedule = (struct schedule){0};
}

bool schedule_is_ready(const struct schedule *schedule, const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    if (!plan->has_graph || !schedule->is_open[position])
        return false;
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++)
        if (schedule->is_open[lists->items[i]])
            return false;
    return true;
}
