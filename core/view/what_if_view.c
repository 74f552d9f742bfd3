#include "view/what_if_view.h"

#include <string.h>

#include "base/auto.h"
#include "plan/graph.h"
#include "plan/schedule.h"
#include "plan/standing.h"

/* Positions are those of the plan's achievements; there is room for all of them. */
struct what_if {
    struct item_maker maker;
    bool *is_assumed;           /* by position: taken for complete */
    uint32_t *positions, count; /* the list that is being made */
    struct schedule after;
};

static void what_if_release(struct what_if *what_if) {
    item_maker_release(&what_if->maker);
    memory_free(what_if->is_assumed);
    memory_free(what_if->positions);
    schedule_release(&what_if->after);
}

static void what_if_start(struct what_if *what_if, const struct plan *plan, struct arena *arena) {
    size_t count = plan->dependencies.count;
    *what_if = (struct what_if){.is_assumed = memory_allocate(count, sizeof *what_if->is_assumed),
                                .positions = memory_allocate(count, sizeof *what_if->positions)};
    item_maker_start(&what_if->maker, plan, NULL, arena);
}

/* --- what is assumed --- */

/* The named ones that are open, or those that are not, each once. */
static void take_named(struct what_if *what_if, const struct what_if_question *question, bool wants_open) {
    AUTO_FREE bool *is_taken = memory_allocate(what_if->maker.plan->dependencies.count, sizeof *is_taken);
    what_if->count = 0;
    for (size_t i = 0; i < question->named_count; i++) {
        size_t position = question->named[i];
        if (is_taken[position] || plan_is_open(what_if->maker.plan, position) != wants_open)
            continue;
        is_taken[position] = what_if->is_assumed[position] = true;
        what_if->positions[what_if->count++] = (uint32_t)position;
    }
}

/* The steps to @unblock after what was named is complete; what is closed or assumed itself needs none. */
static void take_steps(struct what_if *what_if, size_t unblock) {
    AUTO(schedule) schedule = {0};
    schedule_make(&schedule, what_if->maker.plan, what_if->is_assumed);
    what_if->count = 0;
    if (unblock != SIZE_MAX && schedule.is_open[unblock])
        what_if->count = graph_open_dependencies(&what_if->maker.plan->dependencies.graph, (uint32_t)unblock,
                                                 schedule.is_open, what_if->positions);
    for (uint32_t i = 0; i < what_if->count; i++)
        what_if->is_assumed[what_if->positions[i]] = true;
}

/* Of nothing but the steps. */
static struct hours_view hours_of_steps(const struct what_if *what_if) {
    size_t count = what_if->maker.plan->dependencies.count;
    AUTO(schedule) schedule = {0};
    AUTO_FREE bool *is_other = memory_allocate(count, sizeof *is_other);
    memset(is_other, true, count * sizeof *is_other);
    for (uint32_t i = 0; i < what_if->count; i++)
        is_other[what_if->positions[i]] = false;
    schedule_make(&schedule, what_if->maker.plan, is_other);
    return hours_view_of(&schedule, &what_if->maker);
}

/* --- lists --- */

static struct item_list list_items(const struct what_if *what_if) {
    struct item_list list = {arena_allocate(what_if->maker.arena, what_if->count, sizeof *list.items), what_if->count};
    for (size_t i = 0; i < list.count; i++)
        achievement_item_make(&list.items[i], &what_if->maker, what_if->positions[i]);
    return list;
}

/* What blocks each of the assumed ones even then takes the place of what blocks it now. */
static void note_blockers(const struct what_if *what_if, struct item_list *list) {
    const struct plan *plan = what_if->maker.plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    AUTO_FREE uint32_t *blockers = memory_allocate(plan->dependencies.count, sizeof *blockers);
    for (size_t i = 0; i < list->count; i++) {
        size_t count = 0, position = 0;
        plan_find(plan, list->items[i].id, &position);
        for (uint32_t k = lists->start[position]; k < lists->start[position + 1]; k++)
            if (what_if->after.is_open[lists->items[k]])
                blockers[count++] = lists->items[k];
        list->items[i].blocked_by = item_maker_ids(&what_if->maker, blockers, count);
    }
}

static struct item_list list_ready(struct what_if *what_if) {
    const struct plan *plan = what_if->maker.plan;
    what_if->count = 0;
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (!plan->standings[i].is_ready && schedule_is_ready(&what_if->after, plan, i))
            what_if->positions[what_if->count++] = (uint32_t)i;
    return list_items(what_if);
}

static bool has_open(const struct graph *graph, uint32_t level, const bool *is_open) {
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++)
        if (is_open[graph->level_nodes.items[i]])
            return true;
    return false;
}

static void add_levels(struct what_if_view *view, const struct what_if *what_if, const bool *is_open) {
    const struct graph *graph = &what_if->maker.plan->dependencies.graph;
    view->levels = arena_allocate(what_if->maker.arena, graph->level_count, sizeof *view->levels);
    for (uint32_t level = 0; level < graph->level_count; level++)
        if (has_open(graph, level, is_open) && !has_open(graph, level, what_if->after.is_open))
            view->levels[view->level_count++] = level;
}

/* --- the view --- */

static void add_assumed(struct what_if_view *view, struct what_if *what_if, const struct what_if_question *question) {
    take_named(what_if, question, false);
    view->closed = item_maker_ids(&what_if->maker, what_if->positions, what_if->count);
    take_named(what_if, question, true);
    view->assumed = list_items(what_if);
    view->has_unblock = question->unblock != SIZE_MAX;
    if (view->has_unblock)
        achievement_item_make(&view->unblock, &what_if->maker, question->unblock);
    take_steps(what_if, question->unblock);
    view->steps = list_items(what_if);
    view->step_hours = hours_of_steps(what_if);
}

static void add_results(struct what_if_view *view, struct what_if *what_if) {
    AUTO(schedule) before = {0};
    schedule_make(&before, what_if->maker.plan, NULL);
    schedule_make(&what_if->after, what_if->maker.plan, what_if->is_assumed);
    note_blockers(what_if, &view->assumed);
    note_blockers(what_if, &view->steps);
    view->ready = list_ready(what_if);
    add_levels(view, what_if, before.is_open);
    view->before = hours_view_of(&before, &what_if->maker);
    view->after = hours_view_of(&what_if->after, &what_if->maker);
}

void what_if_view_make(struct what_if_view *view, const struct plan *plan, const struct what_if_question *question,
                       struct arena *arena) {
    AUTO(what_if) what_if = {0};
    what_if_start(&what_if, plan, arena);
    *view = (struct what_if_view){
        .plan = item_text(arena, plan->name),
        .path = item_text(arena, plan->path),
        .is_valid = plan->is_valid,
    };
    add_assumed(view, &what_if, question);
    add_results(view, &what_if);
}
