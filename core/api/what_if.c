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
struct what_if {
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
static bool find_given(struct what_if *what_if, struct context *context) {
    const struct plan *plan = what_if->plan;
    const struct selection *selection = &context->request->options.selection;
    bool is_found = true;
    for (size_t i = 0; i < selection->id_count; i++) {
        struct error error = {0};
        size_t position;
        if (!plan_find_or_fail(plan, selection->ids[i], &position, &error)) {
            context_fail(context, &error);
            is_found = false;
        } else if (!what_if->is_assumed[position]) {
            what_if->is_assumed[position] = true; /* so that one named twice counts once */
            if (plan_is_open(plan, position))
                what_if->given[what_if->given_count++] = (uint32_t)position;
            else
                what_if->closed[what_if->closed_count++] = (uint32_t)position;
        }
    }
    return is_found;
}

static bool find_unblocked(struct what_if *what_if, struct context *context) {
    struct error error = {0};
    const char *id = context->request->unblock;
    what_if->unblock = SIZE_MAX;
    if (!id || plan_find_or_fail(what_if->plan, id, &what_if->unblock, &error))
        return true;
    context_fail(context, &error);
    return false;
}

/* Assumes the steps as well, after what was named is; what is closed or assumed itself needs none. */
static void take_steps(struct what_if *what_if) {
    AUTO(schedule) schedule = {0};
    schedule_make(&schedule, what_if->plan, what_if->is_assumed);
    if (what_if->unblock != SIZE_MAX && schedule.is_open[what_if->unblock])
        what_if->step_count = graph_open_dependencies(&what_if->plan->dependencies.graph, (uint32_t)what_if->unblock,
                                                      schedule.is_open, what_if->steps);
    for (uint32_t i = 0; i < what_if->step_count; i++)
        what_if->is_assumed[what_if->steps[i]] = true;
}

static void measure_steps(struct what_if *what_if) {
    size_t count = what_if->plan->dependencies.count;
    AUTO_FREE bool *is_other = memory_allocate(count, sizeof *is_other);
    memset(is_other, true, count * sizeof *is_other);
    for (uint32_t i = 0; i < what_if->step_count; i++)
        is_other[what_if->steps[i]] = false;
    schedule_make(&what_if->between, what_if->plan, is_other);
}

static void what_if_release(struct what_if *what_if) {
    memory_free(what_if->is_assumed);
    memory_free(what_if->given);
    memory_free(what_if->closed);
    memory_free(what_if->blocks);
    memory_free(what_if->steps);
    schedule_release(&what_if->before);
    schedule_release(&what_if->after);
    schedule_release(&what_if->between);
}

static bool what_if_make(struct what_if *what_if, const struct plan *plan, struct context *context) {
    size_t count = plan->dependencies.count;
    *what_if = (struct what_if){
        .plan = plan,
        .is_assumed = memory_allocate(count, sizeof *what_if->is_assumed),
        .given = memory_allocate(count, sizeof *what_if->given),
        .closed = memory_allocate(count, sizeof *what_if->closed),
        .blocks = report_blocks(plan),
        .steps = memory_allocate(count, sizeof *what_if->steps),
    };
    bool is_given = find_given(what_if, context), is_unblocked = find_unblocked(what_if, context);
    if (!is_given || !is_unblocked)
        return false;
    take_steps(what_if);
    measure_steps(what_if);
    schedule_make(&what_if->before, plan, NULL);
    schedule_make(&what_if->after, plan, what_if->is_assumed);
    return true;
}

/* --- telling it --- */

static void write_achievement(struct json_writer *writer, const struct what_if *what_if, size_t position) {
    const struct plan *plan = what_if->plan;
    const struct achievement *achievement = &plan->dependencies.achievements[position];
    json_writer_key_string(writer, "id", achievement->id);
    json_writer_key_string(writer, "title", achievement->title);
    json_writer_key_unsigned(writer, "level", plan->dependencies.graph.levels[position]);
    report_facts(writer, plan, position, what_if->blocks);
}

/* One that is taken for complete: what it needs now, and which of its dependencies are not done even then. */
static void write_assumed(struct json_writer *writer, const struct what_if *what_if, size_t position) {
    const struct plan *plan = what_if->plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    json_writer_open_object(writer);
    write_achievement(writer, what_if, position);
    report_hours(writer, plan, position);
    json_writer_key_array(writer, "blocked_by");
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++)
        if (what_if->after.is_open[lists->items[i]])
            json_writer_string(writer, plan->dependencies.achievements[lists->items[i]].id);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
}

static void write_assumed_list(struct json_writer *writer, const char *key, const struct what_if *what_if,
                               const uint32_t *positions, uint32_t count) {
    json_writer_key_array(writer, key);
    for (uint32_t i = 0; i < count; i++)
        write_assumed(writer, what_if, positions[i]);
    json_writer_close_array(writer);
}

static void write_unblock(struct json_writer *writer, const struct what_if *what_if) {
    const struct plan *plan = what_if->plan;
    if (what_if->unblock == SIZE_MAX) {
        json_writer_key_null(writer, "unblock");
        return;
    }
    json_writer_key_object(writer, "unblock");
    write_achievement(writer, what_if, what_if->unblock);
    write_assumed_list(writer, "steps", what_if, what_if->steps, what_if->step_count);
    report_remaining(writer, "hours", plan, &what_if->between);
    json_writer_close_object(writer);
}

static void write_newly_ready(struct json_writer *writer, const struct what_if *what_if) {
    const struct plan *plan = what_if->plan;
    json_writer_key_array(writer, "would_make_ready");
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        if (plan->standings[i].is_ready || !schedule_is_ready(&what_if->after, plan, i))
            continue;
        json_writer_open_object(writer);
        write_achievement(writer, what_if, i);
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

static void write_completed_levels(struct json_writer *writer, const struct what_if *what_if) {
    const struct graph *graph = &what_if->plan->dependencies.graph;
    json_writer_key_array(writer, "would_complete_levels");
    for (uint32_t level = 0; level < graph->level_count; level++)
        if (has_open(graph, level, what_if->before.is_open) && !has_open(graph, level, what_if->after.is_open))
            json_writer_unsigned(writer, level);
    json_writer_close_array(writer);
}

static void write_what_if(struct json_writer *writer, const struct what_if *what_if) {
    const struct plan *plan = what_if->plan;
    json_writer_open_object(writer);
    report_name(writer, plan);
    write_assumed_list(writer, "complete", what_if, what_if->given, what_if->given_count);
    report_ids(writer, "already", plan, what_if->closed, what_if->closed_count);
    write_unblock(writer, what_if);
    write_newly_ready(writer, what_if);
    write_completed_levels(writer, what_if);
    report_remaining(writer, "before", plan, &what_if->before);
    report_remaining(writer, "after", plan, &what_if->after);
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
    AUTO(what_if) what_if = {0};
    if (check_plan(context, plan) && what_if_make(&what_if, plan, context))
        write_what_if(&context->writer, &what_if);
    workspace_return_plan(place, plan);
}
