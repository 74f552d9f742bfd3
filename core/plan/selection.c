#include "plan/selection.h"

#include "base/auto.h"
#include "base/memory.h"
#include "plan/graph.h"

static bool resolve_level(uint32_t level, const struct plan *plan, size_t *positions, size_t *count,
                          struct error *error) {
    const struct graph *graph = &plan->dependencies.graph;
    if (level >= graph->level_count) {
        error_set(error, ERROR_NOT_FOUND, "%s has no level %u", plan->name, level);
        return graph->level_count ? error_hint(error, "its levels are 0 to %u", graph->level_count - 1) : false;
    }
    *count = 0;
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++)
        positions[(*count)++] = graph->level_nodes.items[i];
    return true;
}

static bool resolve_ids(const struct selection *selection, const struct plan *plan, size_t *positions, size_t *count,
                        struct error *error) {
    AUTO_FREE bool *is_wanted = memory_allocate(plan->dependencies.count, sizeof *is_wanted);
    bool is_found = true;
    for (size_t i = 0; i < selection->id_count && is_found; i++) {
        size_t position = 0;
        is_found = plan_find_or_fail(plan, selection->ids[i], &position, error);
        if (is_found)
            is_wanted[position] = true;
    }
    *count = 0;
    for (size_t i = 0; i < plan->dependencies.count && is_found; i++)
        if (is_wanted[i])
            positions[(*count)++] = i;
    return is_found;
}

bool selection_resolve(const struct selection *selection, const struct plan *plan, size_t *positions, size_t *count,
                       struct error *error) {
    bool needs_graph = selection->kind == SELECT_LEVEL || selection->kind == SELECT_READY;
    if (needs_graph && !plan_require_graph(plan, error))
        return false;
    if (selection->kind == SELECT_LEVEL)
        return resolve_level(selection->level, plan, positions, count, error);
    if (selection->kind == SELECT_IDS)
        return resolve_ids(selection, plan, positions, count, error);
    *count = 0;
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (selection->kind == SELECT_ALL || plan->standings[i].is_ready)
            positions[(*count)++] = i;
    return true;
}

void selection_append_words(struct buffer *text, const struct selection *selection) {
    if (selection->kind == SELECT_READY)
        buffer_append_string(text, "ready");
    if (selection->kind == SELECT_ALL)
        buffer_append_string(text, "all");
    if (selection->kind == SELECT_LEVEL)
        buffer_append_format(text, "level %u", selection->level);
    for (size_t i = 0; selection->kind == SELECT_IDS && i < selection->id_count; i++)
        buffer_append_format(text, "%s%s", i ? "," : "ids ", selection->ids[i]);
}
