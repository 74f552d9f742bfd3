#include "api/report.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "document/document.h"
#include "document/excerpt.h"
#include "document/names.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/next_command.h"
#include "plan/selection.h"
#include "plan/standing.h"
#include "render/plan_json.h"

static const char *id_at(const struct plan *plan, size_t position) {
    return plan->dependencies.achievements[position].id;
}

/* --- shared fields --- */

static void write_level(struct json_writer *writer, const struct plan *plan, size_t position) {
    if (plan->has_graph)
        json_writer_key_unsigned(writer, "level", plan->dependencies.graph.levels[position]);
    else
        json_writer_key_null(writer, "level");
}

void report_ids(struct json_writer *writer, const char *key, const struct plan *plan, const uint32_t *nodes,
                size_t count) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_writer_string(writer, id_at(plan, nodes[i]));
    json_writer_close_array(writer);
}

void report_hours(struct json_writer *writer, const struct plan *plan, size_t position) {
    const struct achievement *achievement = &plan->dependencies.achievements[position];
    if (achievement->has_hours)
        json_writer_key_number(writer, "hours", achievement->hours);
    else
        json_writer_key_null(writer, "hours");
}

void report_facts(struct json_writer *writer, const struct plan *plan, size_t position, const uint32_t *blocks) {
    const struct standing *standing = &plan->standings[position];
    AUTO(buffer) need = {0};
    achievement_append_need(&need, standing);
    json_writer_key_string(writer, "state", achievement_state_name(standing->state));
    json_writer_key_string(writer, "label", achievement_label(standing));
    json_writer_key_boolean(writer, "is_ready", standing->is_ready);
    json_writer_key_string(writer, "ready_for", achievement_ready_for(standing));
    json_writer_key_string(writer, "needs", achievement_needs(standing));
    json_writer_key_string(writer, "what_next", need.data);
    json_writer_key_unsigned(writer, "blocks", blocks[position]);
}

uint32_t *report_blocks(const struct plan *plan) {
    uint32_t *blocks = memory_allocate(plan->dependencies.count, sizeof *blocks);
    achievement_count_blocked(plan, blocks);
    return blocks;
}

/* --- hours and the critical path --- */

static void write_hours(struct json_writer *writer, const struct plan *plan) {
    const struct dependency_file *dependencies = &plan->dependencies;
    AUTO(schedule) schedule = {0};
    schedule_make_whole(&schedule, plan);
    json_writer_key_object(writer, "hours");
    json_writer_key_number(writer, "sequential", schedule.sequential);
    if (plan->has_graph)
        json_writer_key_number(writer, "parallel", schedule.parallel);
    else
        json_writer_key_null(writer, "parallel");
    json_writer_key_array(writer, "missing");
    for (size_t i = 0; i < dependencies->count; i++)
        if (!dependencies->achievements[i].has_hours)
            json_writer_string(writer, dependencies->achievements[i].id);
    json_writer_close_array(writer);
    json_writer_close_object(writer);
    report_ids(writer, "critical_path", plan, schedule.path, schedule.path_length);
}

void report_remaining(struct json_writer *writer, const char *key, const struct plan *plan,
                      const struct schedule *schedule) {
    json_writer_key_object(writer, key);
    json_writer_key_number(writer, "sequential", schedule->sequential);
    if (plan->has_graph)
        json_writer_key_number(writer, "parallel", schedule->parallel);
    else
        json_writer_key_null(writer, "parallel");
    json_writer_key_array(writer, "missing");
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (schedule->is_open[i] && !plan->dependencies.achievements[i].has_hours)
            json_writer_string(writer, id_at(plan, i));
    json_writer_close_array(writer);
    report_ids(writer, "critical_path", plan, schedule->path, schedule->path_length);
    json_writer_close_object(writer);
}

/* How long the achievement can wait without delaying the plan; null if it is done, or there is no graph. */
static void write_slack(struct json_writer *writer, const struct plan *plan, size_t position,
                        const struct schedule *schedule) {
    if (plan->has_graph && schedule->is_open[position])
        json_writer_key_number(writer, "slack", schedule->slacks[position]);
    else
        json_writer_key_null(writer, "slack");
}

static void write_name(struct json_writer *writer, const struct plan *plan, bool is_valid) {
    json_writer_key_string(writer, "plan", plan->name);
    json_writer_key_string(writer, "path", plan->path);
    json_writer_key_boolean(writer, "valid", is_valid);
}

void report_name(struct json_writer *writer, const struct plan *plan) {
    write_name(writer, plan, plan->is_valid);
}

static void write_node(struct json_writer *writer, const struct plan *plan, size_t position, const uint32_t *blocks,
                       const struct schedule *schedule) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", id_at(plan, position));
    json_writer_key_string(writer, "title", plan->dependencies.achievements[position].title);
    write_level(writer, plan, position);
    report_facts(writer, plan, position, blocks);
    report_hours(writer, plan, position);
    write_slack(writer, plan, position, schedule);
    json_writer_close_object(writer);
}

/* Those between achievements that are listed. */
static void write_edges(struct json_writer *writer, const struct plan *plan, const bool *is_listed) {
    const struct graph *graph = &plan->dependencies.graph;
    json_writer_key_array(writer, "edges");
    for (uint32_t node = 0; plan->has_graph && node < graph->node_count; node++)
        for (uint32_t i = graph->dependencies.start[node]; i < graph->dependencies.start[node + 1]; i++) {
            if (!is_listed[node] || !is_listed[graph->dependencies.items[i]])
                continue;
            json_writer_open_object(writer);
            json_writer_key_string(writer, "from", id_at(plan, node));
            json_writer_key_string(writer, "to", id_at(plan, graph->dependencies.items[i]));
            json_writer_close_object(writer);
        }
    json_writer_close_array(writer);
}

void report_graph(struct json_writer *writer, const struct plan *plan, const struct plan_filter *filter) {
    AUTO(schedule) schedule = {0};
    AUTO(arena) arena = {0};
    AUTO_FREE bool *is_listed = plan_filter_listed(filter, plan);
    struct plan_view head;
    plan_view_head(&head, plan, filter, &arena);
    AUTO_FREE uint32_t *blocks = report_blocks(plan);
    schedule_make(&schedule, plan, NULL);
    json_writer_open_object(writer);
    report_name(writer, plan);
    plan_json_progress(writer, &head);
    json_writer_key_string(writer, "selection", head.selection);
    json_writer_key_array(writer, "nodes");
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (is_listed[i])
            write_node(writer, plan, i, blocks, &schedule);
    json_writer_close_array(writer);
    write_edges(writer, plan, is_listed);
    write_hours(writer, plan);
    report_remaining(writer, "remaining", plan, &schedule);
    json_writer_close_object(writer);
}
