#include "api/what_if.h"

#include <string.h>

#include "api/report.h"
#include "base/auto.h"
#include "base/error.h"
#include "base/memory.h"
#include "format/json_writer.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/schedule.h"
#include "plan/selection.h"
#include "plan/workspace.h"

/* Positions are those of the plan's achievements. */
struct supposition {
    const struct plan *plan;
    bool *is_assumed; /* by position: taken for complete */
    uint32_t *given;  /* open ones among those the user named */
    uint32_t given_count;
    uint32_t *closed; /* the others, which are complete or skipped */
    uint32_t closed_count;
    size_t unblock;   /* SIZE_MAX if nothing is to be unblocked */
    uint32_t *blocks; /* how many wait for each, as things are */
    uint32_t *steps;
    uint32_t step_count; /* what that waits for, dependencies first */
    struct schedule before, after;
    struct schedule between; /* of nothing but the steps */
};

/* --- making it --- */

static bool check_plan(struct context *context, const struct plan *plan) {
    struct error error = {0};
    if (plan_require_valid(plan, &context->answer->diagnostics, &error) && plan_require_graph(plan, &error))
        return true;
    context_fail(context, &error);
    return false;
}

/* Every id is looked up, so that all unknown ones are reported. */
static bool find_given(struct supposition *supposition, struct context *context) {
    const struct plan *plan = supposition->plan;
    const struct selection *selection = &context->request->options.selection;
    bool is_found = true;
    for (size_t i = 0; i < selection->id_count; i++) {
        struct error error = {0};
        size_t position;
        if (!plan_find_or_fail(plan, selection->ids[i], &position, &error)) {
            context_fail(context, &error);
            is_found = false;
        } else if (!supposition->is_assumed[position]) {
            supposition->is_assumed[position] = true; /* so that one named twice counts once */
            if (plan_is_open(plan, position))
                supposition->given[supposition->given_count++] = (uint32_t)position;
            else
                supposition->closed[supposition->closed_count++] = (uint32_t)position;
        }
    }
    return is_found;
}

static bool find_unblocked(struct supposition *supposition, struct context *context) {
    struct error error = {0};
    const char *id = context->request->unblock;
    supposition->unblock = SIZE_MAX;
    if (!id || plan_find_or_fail(supposition->plan, id, &supposition->unblock, &error))
        return true;
    context_fail(context, &error);
    return false;
}

/* Assumes the steps as well, after what was named is; what is closed or assumed itself needs none. */
static void take_steps(struct supposition *supposition) {
    AUTO(schedule) schedule = {0};
    schedule_make(&schedule, supposition->plan, supposition->is_assumed);
    if (supposition->unblock != SIZE_MAX && schedule.is_open[supposition->unblock])
        supposition->step_count =
            graph_open_dependencies(&supposition->plan->dependencies.graph, (uint32_t)supposition->unblock,
                                    schedule.is_open, supposition->steps);
    for (uint32_t i = 0; i < supposition->step_count; i++)
        supposition->is_assumed[supposition->steps[i]] = true;
}

static void measure_steps(struct supposition *supposition) {
    size_t count = supposition->plan->dependencies.count;
    AUTO_FREE bool *is_other = memory_allocate(count, sizeof *is_other);
    memset(is_other, true, count * sizeof *is_other);
    for (uint32_t i = 0; i < supposition->step_count; i++)
        is_other[supposition->steps[i]] = false;
    schedule_make(&supposition->between, supposition->plan, is_other);
}

static void supposition_release(struct supposition *supposition) {
    memory_free(supposition->is_assumed);
    memory_free(supposition->given);
    memory_free(supposition->closed);
    memory_free(supposition->blocks);
    memory_free(supposition->steps);
    schedule_release(&supposition->before);
    schedule_release(&supposition->after);
    schedule_release(&supposition->between);
}

static bool supposition_make(struct supposition *supposition, const struct plan *plan, struct context *context) {
    size_t count = plan->dependencies.count;
    *supposition = (struct supposition){
        .plan = plan,
        .is_assumed = memory_allocate(count, sizeof *supposition->is_assumed),
        .given = memory_allocate(count, sizeof *supposition->given),
        .closed = memory_allocate(count, sizeof *supposition->closed),
        .blocks = report_blocks(plan),
        .steps = memory_allocate(count, sizeof *supposition->steps),
    };
    bool is_given = find_given(supposition, context), is_unblocked = find_unblocked(supposition, context);
    if (!is_given || !is_unblocked)
        return false;
    take_steps(supposition);
    measure_steps(supposition);
    schedule_make(&supposition->before, plan, NULL);
    schedule_make(&supposition->after, plan, supposition->is_assumed);
    return true;
}

/* --- telling it --- */

static void write_achievement(struct json_writer *writer, const struct supposition *supposition, size_t position) {
    const struct plan *plan = supposition->plan;
    const struct achievement *achievement = &plan->dependencies.achievements[position];
    json_writer_key_string(writer, "id", achievement->id);
    json_writer_key_string(writer, "title", achievement->title);
    json_writer_key_unsigned(writer, "level", plan->dependencies.graph.levels[position]);
    report_facts(writer, plan, position, supposition->blocks);
}

/* One that is taken for complete: what it needs now, and which of its dependencies are not done even then. */
static void write_assumed(struct json_writer *writer, const struct supposition *supposition, size_t position) {
    const struct plan *plan = supposition->plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    json_writer_open_object(writer);
    write_achievement(writer, supposition, position);
    report_hours(writer, plan, position);
    json_writer_key_array(writer, "blocked_by");
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++)
        if (supposition->after.is_open[lists->items[i]])
            json_writer_string(writer, plan->dependencies.achievements[lists->items[i]].id);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

static void write_assumed_list(struct json_writer *writer, const char *key, const struct supposition *supposition,
                               const uint32_t *positions, uint32_t count) {
    json_writer_key_array(writer, key);
    for (uint32_t i = 0; i < count; i++)
        write_assumed(writer, supposition, positions[i]);
    json_writer_close_array(writer);
}

static void write_unblock(struct json_writer *writer, const struct supposition *supposition) {
    const struct plan *plan = supposition->plan;
    if (supposition->unblock == SIZE_MAX) {
        json_writer_key_null(writer, "unblock");
        return;
    }
    json_writer_key_object(writer, "unblock");
    write_achievement(writer, supposition, supposition->unblock);
    write_assumed_list(writer, "steps", supposition, supposition->steps, supposition->step_count);
    report_remaining(writer, "hours", plan, &supposition->between);
    json_writer_close_object(writer);
}

static void write_newly_ready(struct json_writer *writer, const struct supposition *supposition) {
    const struct plan *plan = supposition->plan;
    json_writer_key_array(writer, "would_make_ready");
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        if (plan->standings[i].is_ready || !schedule_is_ready(&supposition->after, plan, i))
            continue;
        json_writer_open_object(writer);
        write_achievement(writer, supposition, i);
        report_hours(writer, plan, i);
        json_writer_key_string(writer, "for", next_step_purpose(plan->standings[i].next));
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static bool has_open(const struct graph *graph, uint32_t level, const bool *is_open) {
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++)
        if (is_open[graph->level_nodes.items[i]])
            return true;
    return false;
}

static void write_completed_levels(struct json_writer *writer, const struct supposition *supposition) {
    const struct graph *graph = &supposition->plan->dependencies.graph;
    json_writer_key_array(writer, "would_complete_levels");
    for (uint32_t level = 0; level < graph->level_count; level++)
        if (has_open(graph, level, supposition->before.is_open) && !has_open(graph, level, supposition->after.is_open))
            json_writer_unsigned(writer, level);
    json_writer_close_array(writer);
}

static void write_supposition(struct json_writer *writer, const struct supposition *supposition) {
    const struct plan *plan = supposition->plan;
    json_writer_open_object(writer);
    report_name(writer, plan);
    write_assumed_list(writer, "complete", supposition, supposition->given, supposition->given_count);
    report_ids(writer, "already", plan, supposition->closed, supposition->closed_count);
    write_unblock(writer, supposition);
    write_newly_ready(writer, supposition);
    write_completed_levels(writer, supposition);
    report_remaining(writer, "before", plan, &supposition->before);
    report_remaining(writer, "after", plan, &supposition->after);
    json_writer_close_object(writer);
}

void what_if_answer(struct context *context) {
    struct error error = {0};
    const struct plan_place *place = NULL;
    if (context->request->options.selection.id_count == 0 && !context->request->unblock)
        error_set(&error, ERROR_USAGE, "what if what? --complete IDS or --unblock ID is needed");
    else
        place = context_choose_plan(context, false, &error);
    if (!place) {
        context_fail(context, &error);
        return;
    }
    const struct plan *plan = workspace_take_plan(place, context->files);
    AUTO(supposition) supposition = {0};
    if (check_plan(context, plan) && supposition_make(&supposition, plan, context))
        write_supposition(&context->writer, &supposition);
    workspace_return_plan(place, plan);
}
