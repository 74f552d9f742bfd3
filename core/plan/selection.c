#include "plan/selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "plan/graph.h"

/* A level of at most ten digits, which fit; @text is moved behind it. */
static bool read_level(const char **text, uint32_t *level) {
    const size_t digits = strspn(*text, "0123456789");
    const unsigned long long number = digits && digits <= 10 ? strtoull(*text, NULL, 10) : UINT32_MAX + 1ull;
    *level = (uint32_t)number;
    *text += digits;
    return number <= UINT32_MAX;
}

/* "3" or "0-3" at the beginning of @text, which is moved to the next one. */
static bool read_range(const char **text, uint32_t *first, uint32_t *last) {
    if (!read_level(text, first))
        return false;
    *last = *first;
    if (**text == '-') {
        ++*text;
        if (!read_level(text, last) || *last < *first)
            return false;
    }
    if (**text == '\0')
        return true;
    return *(*text)++ == ',' && **text != '\0';
}

bool selection_are_levels(const char *text) {
    uint32_t first, last;
    while (read_range(&text, &first, &last))
        if (*text == '\0')
            return true;
    return false;
}

bool selection_has_level(const char *levels, uint32_t level) {
    uint32_t first, last;
    while (*levels && read_range(&levels, &first, &last))
        if (level >= first && level <= last)
            return true;
    return false;
}

static bool want_level(uint32_t level, const struct plan *plan, bool *is_wanted, struct error *error) {
    const struct graph *graph = &plan->dependencies.graph;
    if (level >= graph->level_count) {
        error_set(error, ERROR_NOT_FOUND, "%s has no level %u", plan->name, level);
        return graph->level_count ? error_hint(error, "its levels are 0 to %u", graph->level_count - 1) : false;
    }
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++)
        is_wanted[graph->level_nodes.items[i]] = true;
    return true;
}

static bool want_levels(const char *levels, const struct plan *plan, bool *is_wanted, struct error *error) {
    uint32_t first, last;
    while (*levels && read_range(&levels, &first, &last))
        for (uint64_t level = first; level <= last; level++)
            if (!want_level((uint32_t)level, plan, is_wanted, error))
                return false;
    return true;
}

static bool want_ids(const struct selection *selection, const struct plan *plan, bool *is_wanted, struct error *error) {
    for (size_t i = 0; i < selection->id_count; i++) {
        size_t position = 0;
        if (!plan_find_or_fail(plan, selection->ids[i], &position, error))
            return false;
        is_wanted[position] = true;
    }
    return true;
}

static void want_all(bool is_ready, const struct plan *plan, bool *is_wanted) {
    for (size_t i = 0; i < plan->dependencies.count; i++)
        is_wanted[i] = !is_ready || plan->standings[i].is_ready;
}

static bool want(const struct selection *selection, const struct plan *plan, bool *is_wanted, struct error *error) {
    if (selection->kind == SELECT_LEVEL)
        return want_levels(selection->levels, plan, is_wanted, error);
    if (selection->kind == SELECT_IDS)
        return want_ids(selection, plan, is_wanted, error);
    want_all(selection->kind == SELECT_READY, plan, is_wanted);
    return true;
}

bool selection_resolve(const struct selection *selection, const struct plan *plan, size_t *positions, size_t *count,
                       struct error *error) {
    bool needs_graph = selection->kind == SELECT_LEVEL || selection->kind == SELECT_READY;
    if (needs_graph && !plan_require_graph(plan, error))
        return false;
    AUTO_FREE bool *is_wanted = memory_allocate(plan->dependencies.count, sizeof *is_wanted);
    bool is_found = want(selection, plan, is_wanted, error);
    *count = 0;
    for (size_t i = 0; i < plan->dependencies.count && is_found; i++)
        if (is_wanted[i])
            positions[(*count)++] = i;
    return is_found;
}

void selection_append_words(struct buffer *text, const struct selection *selection) {
    if (selection->kind == SELECT_READY)
        buffer_append_string(text, "ready");
    if (selection->kind == SELECT_ALL)
        buffer_append_string(text, "all");
    if (selection->kind == SELECT_LEVEL)
        buffer_append_format(text, "level%s %s", strpbrk(selection->levels, ",-") ? "s" : "", selection->levels);
    for (size_t i = 0; selection->kind == SELECT_IDS && i < selection->id_count; i++)
        buffer_append_format(text, "%s%s", i ? "," : "ids ", selection->ids[i]);
}
