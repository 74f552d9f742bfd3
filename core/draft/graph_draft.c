#include "draft/graph_draft.h"

#include <stdlib.h>
#include <string.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/id_list.h"
#include "document/order_line.h"
#include "format/markdown.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/hours.h"
#include "plan/standing.h"

enum { ORDER_LINES_MOST = 20 };

struct drafting {
    struct plan_draft *draft;
    const struct plan *plan;
    const struct document *document;
    const struct plan_document *definitions;
    struct diagnostics *diagnostics;
    size_t stated; /* achievements whose dependencies the PLAN states, or that have none as it says */
};

#define text_of(drafting, ...) arena_format(&(drafting)->draft->arena, __VA_ARGS__)

static void warn(struct drafting *drafting, const char *code, size_t line, const char *message, const char *hint) {
    diagnostics_add(drafting->diagnostics, &(struct diagnostic){.severity = SEVERITY_WARNING,
                                                                .code = code,
                                                                .message = message,
                                                                .file = drafting->plan->plan_file,
                                                                .line = (unsigned)line,
                                                                .hint = hint});
}

/* --- what the PLAN states --- */

static void take_dependencies(struct drafting *drafting, struct plan_draft_item *item,
                              const struct definition *definition) {
    struct plan_draft_place place = {.line = (unsigned)definition->fields[DEFINITION_DEPENDENCIES].first};
    struct buffer text = {0};
    struct id_list_item mention;
    plan_document_append_dependencies(&text, drafting->document, definition);
    bool is_stated = false;
    for (struct span rest = buffer_span(&text); id_list_next(&rest, &mention);) {
        const char *id = arena_copy(&drafting->draft->arena, mention.id.data ? mention.id.data : "", mention.id.length);
        size_t position;
        bool is_sure =
            mention.kind == ID_LIST_ID && plan_find(drafting->plan, id, &position) && strcmp(id, item->id) != 0;
        if (is_sure)
            plan_draft_depend(drafting->draft, item, id, place);
        else if (mention.kind != ID_LIST_NONE)
            warn(
                drafting, "plan.dependency", place.line,
                text_of(drafting, "a dependency of %s is not taken over: %.*s", item->id, (int)mention.text.length,
                        mention.text.data),
                text_of(drafting, "if it is one, write its id into the dependencies of %s in parallel.json", item->id));
        is_stated |= is_sure || mention.kind == ID_LIST_NONE;
    }
    drafting->stated += is_stated;
    buffer_release(&text);
}

static void take_effort(struct drafting *drafting, struct plan_draft_item *item, const struct definition *definition) {
    double hours;
    struct span effort = span_trim(definition->effort);
    if (effort.length == 0)
        return;
    item->effort = arena_copy(&drafting->draft->arena, effort.data, effort.length);
    if (!hours_parse(effort, &hours))
        warn(drafting, "dependencies.hours", definition->line + 1,
             text_of(drafting, "the effort of %s cannot be read and is left out: %s", item->id, item->effort),
             "write hours or minutes: \"3 hours\", \"4-6\", \"30 minutes\"");
}

/* States are read from files: what a title says is named, with the file that would say it. */
static void name_status(struct drafting *drafting, const struct definition *definition, size_t position) {
    bool has_execution = drafting->plan->standings[position].execution_count > 0;
    if (definition->status && drafting->plan->standings[position].state < STATE_SKIPPED)
        warn(drafting, "plan.status", definition->line + 1,
             text_of(drafting, "the title of %s says %s; states are read from files, and this one is open",
                     definition->id, definition->status),
             text_of(drafting, "if it is so, create %s",
                     has_execution ? "its APPROVED file in execution/feedbacks" : "its SKIPPED file in execution"));
}

static void take_achievements(struct drafting *drafting) {
    const struct plan *plan = drafting->plan;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        const struct achievement *achievement = &plan->dependencies.achievements[i];
        const struct definition *definition = plan_document_find(drafting->definitions, achievement->id);
        struct plan_draft_item *item = plan_draft_add(drafting->draft, achievement->id);
        item->title = achievement->title;
        if (!definition)
            continue;
        item->place.line = (unsigned)definition->line + 1;
        take_effort(drafting, item, definition);
        name_status(drafting, definition, i);
        if (definition->has_field[DEFINITION_DEPENDENCIES])
            take_dependencies(drafting, item, definition);
    }
}

static size_t count_dependent(const struct plan_draft *draft) {
    size_t count = 0;
    for (size_t i = 0; i < draft->count; i++)
        count += draft->items[i].dependency_count > 0;
    return count;
}

/* --- by priority --- */

struct ranked {
    size_t position;
    unsigned long priority;
    unsigned long effective; /* the highest among it and those of all that the PLAN says it depends on */
};

static struct graph stated_graph(const struct plan_draft *draft) {
    struct string_map positions = {0};
    size_t count = 0;
    for (size_t i = 0; i < draft->count; i++) {
        size_t position = i;
        string_map_add(&positions, draft->items[i].id, &position);
        count += draft->items[i].dependency_count;
    }
    struct edge *edges = memory_allocate(count, sizeof *edges);
    count = 0;
    for (size_t i = 0; i < draft->count; i++)
        for (size_t k = 0; k < draft->items[i].dependency_count; k++) {
            size_t to = i;
            string_map_find(&positions, span_of(draft->items[i].dependencies[k].id), &to);
            edges[count++] = (struct edge){(uint32_t)i, (uint32_t)to};
        }
    struct graph graph;
    struct cycles cycles = {0};
    graph_build(&graph, (uint32_t)draft->count, edges, count, &cycles); /* has been checked: there is no cycle */
    memory_free(edges);
    string_map_release(&positions);
    return graph;
}

static int compare_ranked(const void *a, const void *b) {
    const struct ranked *left = a, *right = b;
    if (left->priority != right->priority)
        return left->priority < right->priority ? -1 : 1;
    return (left->position > right->position) - (left->position < right->position);
}

/* All of them by priority, then in the order of the PLAN. */
static struct ranked *rank(const struct plan_draft *draft) {
    struct ranked *ranked = memory_allocate(draft->count, sizeof *ranked);
    struct graph graph = stated_graph(draft);
    for (uint32_t i = 0; i < graph.node_count; i++) {
        uint32_t node = graph.order[i];
        const uint32_t *start = graph.dependencies.start;
        unsigned long priority = strtoul(draft->items[node].id, NULL, 10);
        ranked[node] = (struct ranked){node, priority, priority};
        for (uint32_t k = start[node]; k < start[node + 1]; k++) {
            unsigned long below = ranked[graph.dependencies.items[k]].effective;
            if (below > ranked[node].effective)
                ranked[node].effective = below;
        }
    }
    graph_release(&graph);
    qsort(ranked, draft->count, sizeof *ranked, compare_ranked);
    return ranked;
}

static size_t priority_end(const struct ranked *ranked, size_t count, size_t first) {
    size_t end = first;
    while (end < count && ranked[end].priority == ranked[first].priority)
        end++;
    return end;
}

/*
 * Along a stated dependency the effective priority does not rise, along an assumed one it falls: so no assumed one can
 * close a cycle, and where the stated ones run against the priorities, the assumed ones give way.
 */
static size_t assume_dependencies(struct plan_draft *draft, const struct ranked *of, const struct ranked *below,
                                  size_t below_count) {
    struct plan_draft_item *item = &draft->items[of->position];
    size_t before = item->dependency_count;
    for (size_t i = 0; i < below_count; i++)
        if (below[i].effective < of->priority)
            plan_draft_depend(draft, item, draft->items[below[i].position].id, (struct plan_draft_place){0});
    return item->dependency_count - before;
}

static void assume_priorities(struct drafting *drafting) {
    struct plan_draft *draft = drafting->draft;
    struct ranked *ranked = rank(draft);
    size_t assumed = 0, below = 0, first = priority_end(ranked, draft->count, 0);
    for (size_t end; first < draft->count; below = first, first = end) {
        end = priority_end(ranked, draft->count, first);
        for (size_t i = first; i < end; i++)
            assumed += assume_dependencies(draft, &ranked[i], &ranked[below], first - below);
    }
    memory_free(ranked);
    warn(drafting, "graph.assumed", 0,
         text_of(drafting, "%zu dependenc%s assumed from the priorities, the first numbers of the ids", assumed,
                 assumed == 1 ? "y is" : "ies are"),
         "read them in parallel.json");
}

/* --- no silent independence --- */

static void name_order_lines(struct drafting *drafting) {
    const struct markdown *markdown = &drafting->document->markdown;
    size_t *lines = memory_allocate(markdown->line_count, sizeof *lines);
    size_t count = order_line_find_all(drafting->document, drafting->definitions, lines);
    for (size_t i = 0; i < count && i < ORDER_LINES_MOST; i++) {
        struct span text = span_trim(markdown->lines[lines[i]].text);
        warn(drafting, "plan.order", lines[i] + 1,
             text_of(drafting, "this speaks of an order, and is not taken over: %.*s", (int)text.length, text.data),
             NULL);
    }
    if (count > ORDER_LINES_MOST)
        warn(drafting, "plan.order", 0, text_of(drafting, "%zu more lines speak of an order", count - ORDER_LINES_MOST),
             NULL);
    memory_free(lines);
}

static bool check_edges(struct drafting *drafting, struct error *error) {
    size_t count = drafting->draft->count, dependent = count_dependent(drafting->draft);
    if (dependent * 3 >= count || drafting->stated == count || count < 2)
        return true;
    name_order_lines(drafting);
    const char *discover = text_of(drafting, "batchctl prompt discover %s", drafting->plan->reference);
    if (dependent) {
        warn(drafting, "graph.few", 0,
             text_of(drafting, "%zu of %zu achievements %s dependencies; the others would be ready at once", dependent,
                     count, dependent == 1 ? "has" : "have"),
             text_of(drafting, "have an LLM find the others: %s", discover));
        return true;
    }
    error_set(error, ERROR_PREREQUISITES,
              "%s names no dependencies: all %zu achievements would be on level 0, ready at once; nothing was written",
              drafting->plan->plan_file, count);
    error_about(error, drafting->plan->plan_file);
    return error_hint(error, "have an LLM find them: %s; or --by-priority; or --flat to write it so", discover);
}

static bool check_draft(struct drafting *drafting, struct error *error) {
    const struct plan *plan = drafting->plan;
    if (drafting->draft->count == 0) {
        error_set(error, ERROR_PREREQUISITES, "%s defines no achievements", plan->plan_file);
        error_about(error, plan->plan_file);
        return error_hint(error, "write them as \"**Achievement 1.1**: Title\" under a heading \"Achievements\"");
    }
    if (plan_draft_check(drafting->draft, plan->plan_file, drafting->diagnostics))
        return true;
    error_set(error, ERROR_INVALID, "the achievements or dependencies in %s have errors", plan->plan_file);
    error_about(error, plan->plan_file);
    return error_hint(error, "correct them, then try again");
}

bool graph_draft_make(struct plan_draft *draft, const struct plan *plan, const struct document *document,
                      const struct plan_document *definitions, enum graph_order order, struct diagnostics *diagnostics,
                      struct error *error) {
    struct drafting drafting = {draft, plan, document, definitions, diagnostics, 0};
    take_achievements(&drafting);
    if (!check_draft(&drafting, error))
        return false;
    if (order == GRAPH_BY_PRIORITY)
        assume_priorities(&drafting);
    return order == GRAPH_FLAT || check_edges(&drafting, error);
}
