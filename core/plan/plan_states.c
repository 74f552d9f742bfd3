#include "plan/plan_states.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/plan_reviews.h"
#include "plan/standing.h"

/* Reads a document that may have gone since it was listed. */
static bool read_review(void *data, const char *path, struct buffer *text, uint64_t *mark) {
    struct loader *loader = data;
    struct error error = {0};
    bool is_read = loader_read_file(loader, path, DOCUMENT_SIZE_MOST_BYTES, text, mark, &error);
    if (!is_read && error.code != ERROR_NOT_FOUND)
        loader_report(loader, SEVERITY_WARNING, path, "file.unreadable", error.message, NULL);
    error_release(&error);
    return is_read;
}

void plan_states_settle(struct loader *loader, size_t position) {
    struct plan *plan = loader->plan;
    struct standing *standing = &plan->standings[position];
    const struct review_source source = {read_review, loader, &plan->arena};
    const struct plan *previous = loader->previous;
    bool is_known = previous && position < previous->standing_count;
    plan_reviews_settle(standing, &plan->dependencies.achievements[position],
                        is_known ? &previous->standings[position] : NULL, &source);
    for (size_t i = 0; i < standing->review_count; i++)
        loader_report_unseen(loader, standing->reviews[i].file, standing->reviews[i].unseen_line);
    plan->counts[standing->state]++;
}

bool plan_states_is_ready(const struct plan *plan, uint32_t node) {
    const struct adjacency *dependencies = &plan->dependencies.graph.dependencies;
    bool is_ready = plan_is_open(plan, node) && plan->standings[node].state != STATE_CONFLICTED;
    for (uint32_t i = dependencies->start[node]; is_ready && i < dependencies->start[node + 1]; i++)
        is_ready = !plan_is_open(plan, dependencies->items[i]);
    return is_ready;
}

void plan_states_count_blocked(struct plan *plan) {
    AUTO_FREE bool *is_open = memory_allocate(plan->standing_count, sizeof *is_open);
    for (size_t i = 0; i < plan->standing_count; i++)
        is_open[i] = plan_is_open(plan, i);
    graph_count_dependents(&plan->dependencies.graph, is_open, plan->blocks);
}

void plan_states_settle_ready(struct plan *plan) {
    for (uint32_t node = 0; node < plan->dependencies.graph.node_count; node++)
        plan->standings[node].is_ready = plan_states_is_ready(plan, node);
    plan_states_count_blocked(plan);
}

static bool is_passed_over(const struct plan *plan, size_t position, const struct review *review) {
    return review->is_open && !plan_is_open(plan, position);
}

bool plan_states_passes_over_fix(const struct plan *plan, size_t position) {
    const struct standing *standing = &plan->standings[position];
    for (size_t i = 0; i < standing->review_count; i++)
        if (is_passed_over(plan, position, &standing->reviews[i]))
            return true;
    return false;
}

static void report_open_fix(struct loader *loader, size_t position, const struct review *review) {
    const struct plan *plan = loader->plan;
    const struct standing *standing = &plan->standings[position];
    const char *id = plan->dependencies.achievements[position].id;
    const char *decision = standing->approved_file ? standing->approved_file : standing->skipped_file;
    loader_report(loader, SEVERITY_WARNING, review->file, "review.open_fix",
                  loader_format(loader, "no work order answers it, but %s is %s: %s decides", id,
                                standing->approved_file ? "complete" : "skipped", names_base(decision)),
                  loader_format(loader, "to open it again: batchctl reopen %s %s", plan->reference, id));
}

void plan_states_report_open_fixes(struct loader *loader) {
    const struct plan *plan = loader->plan;
    for (size_t i = 0; i < plan->standing_count; i++)
        for (size_t r = 0; r < plan->standings[i].review_count; r++)
            if (is_passed_over(plan, i, &plan->standings[i].reviews[r]))
                report_open_fix(loader, i, &plan->standings[i].reviews[r]);
}
