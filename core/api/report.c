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

static void write_subplan(struct json_writer *writer, const struct standing *standing) {
    json_writer_key_string(writer, "subplan", subplan_state_name(standing->subplan));
    if (standing->conflict_line)
        json_writer_key_unsigned(writer, "conflict_line", standing->conflict_line);
    else
        json_writer_key_null(writer, "conflict_line");
}

/* The open dependencies of an open achievement; of them only those of @state, unless that is COMPLETE. */
static void write_blockers(struct json_writer *writer, const char *key, const struct plan *plan, size_t position,
                           enum achievement_state state) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    bool is_open = plan->has_graph && plan_is_open(plan, position);
    json_writer_key_array(writer, key);
    for (uint32_t i = is_open ? lists->start[position] : 0; is_open && i < lists->start[position + 1]; i++) {
        uint32_t other = lists->items[i];
        if (plan_is_open(plan, other) && (state == STATE_COMPLETE || plan->standings[other].state == state))
            json_writer_string(writer, id_at(plan, other));
    }
    json_writer_close_array(writer);
}

static void write_blocked_by(struct json_writer *writer, const struct plan *plan, size_t position) {
    write_blockers(writer, "blocked_by", plan, position, STATE_COMPLETE);
    write_blockers(writer, "blocked_by_failed", plan, position, STATE_FAILED);
    write_blockers(writer, "blocked_by_review", plan, position, STATE_SUBMITTED);
}

void report_ids(struct json_writer *writer, const char *key, const struct plan *plan, const uint32_t *nodes,
                size_t count) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < count; i++)
        json_writer_string(writer, id_at(plan, nodes[i]));
    json_writer_close_array(writer);
}

static void write_dependencies(struct json_writer *writer, const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    uint32_t first = plan->has_graph ? lists->start[position] : 0;
    report_ids(writer, "dependencies", plan, plan->has_graph ? lists->items + first : NULL,
               plan->has_graph ? lists->start[position + 1] - first : 0);
}

static void write_reviews(struct json_writer *writer, const char *key, const struct standing *standing,
                          enum name_kind kind) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == kind)
            json_writer_string(writer, standing->reviews[i].file);
    json_writer_close_array(writer);
}

/* The submission that waits for its review. */
static void write_review(struct json_writer *writer, const struct standing *standing) {
    const struct review *submission = achievement_submission(standing);
    if (!submission) {
        json_writer_key_null(writer, "review");
        return;
    }
    json_writer_key_object(writer, "review");
    json_writer_key_string(writer, "by", submission->by);
    json_writer_key_unsigned(writer, "work_order", submission->number);
    json_writer_key_string(writer, "file", submission->file);
    json_writer_close_object(writer);
}

static void write_claim(struct json_writer *writer, const struct standing *standing) {
    const struct completion_claim *claim = achievement_claim(standing);
    if (!claim) {
        json_writer_key_null(writer, "says_complete");
        return;
    }
    json_writer_key_object(writer, "says_complete");
    json_writer_key_string(writer, "file", claim->file);
    json_writer_key_unsigned(writer, "line", claim->line);
    json_writer_key_string(writer, "text", claim->text);
    json_writer_close_object(writer);
}

static void write_files(struct json_writer *writer, const struct standing *standing) {
    json_writer_key_object(writer, "files");
    json_writer_key_string(writer, "subplan", standing->subplan_file);
    json_writer_key_array(writer, "executions");
    for (size_t i = 0; i < standing->execution_count; i++)
        json_writer_string(writer, standing->executions[i].file);
    json_writer_close_array(writer);
    json_writer_key_string(writer, "approved", standing->approved_file);
    json_writer_key_string(writer, "fix", standing->fix_file);
    json_writer_key_string(writer, "skipped", standing->skipped_file);
    json_writer_key_string(writer, "rework", standing->rework_file);
    write_reviews(writer, "submitted", standing, NAME_SUBMITTED);
    write_reviews(writer, "fixes", standing, NAME_FIX);
    json_writer_close_object(writer);
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

/* What status and show say of one achievement, without the braces. */
static void write_achievement(struct json_writer *writer, const struct plan *plan, size_t position,
                              const uint32_t *blocks) {
    const struct achievement *achievement = &plan->dependencies.achievements[position];
    const struct standing *standing = &plan->standings[position];
    json_writer_key_string(writer, "id", achievement->id);
    json_writer_key_string(writer, "title", achievement->title);
    write_level(writer, plan, position);
    report_facts(writer, plan, position, blocks);
    write_blocked_by(writer, plan, position);
    write_dependencies(writer, plan, position);
    write_subplan(writer, standing);
    report_hours(writer, plan, position);
    write_files(writer, standing);
    write_review(writer, standing);
    write_claim(writer, standing);
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

/* --- status, next, validate --- */

static void write_progress(struct json_writer *writer, const struct plan *plan) {
    size_t ready = 0;
    for (size_t i = 0; i < plan->dependencies.count; i++)
        ready += plan->standings[i].is_ready;
    json_writer_key_object(writer, "progress");
    json_writer_key_unsigned(writer, "total", plan->dependencies.count);
    for (enum achievement_state state = STATE_COMPLETE + 1; state-- > STATE_NOT_STARTED;)
        json_writer_key_unsigned(writer, achievement_state_name(state), plan->counts[state]);
    json_writer_key_unsigned(writer, "ready", ready);
    json_writer_close_object(writer);
}

static void write_levels(struct json_writer *writer, const struct plan *plan) {
    const struct adjacency *lists = &plan->dependencies.graph.level_nodes;
    json_writer_key_array(writer, "levels");
    for (uint32_t level = 0; plan->has_graph && level < plan->dependencies.graph.level_count; level++) {
        const uint32_t *nodes = lists->items + lists->start[level];
        uint32_t count = lists->start[level + 1] - lists->start[level], complete = 0, skipped = 0;
        for (uint32_t i = 0; i < count; i++) {
            complete += plan->standings[nodes[i]].state == STATE_COMPLETE;
            skipped += plan->standings[nodes[i]].state == STATE_SKIPPED;
        }
        json_writer_open_object(writer);
        json_writer_key_unsigned(writer, "level", level);
        report_ids(writer, "ids", plan, nodes, count);
        json_writer_key_unsigned(writer, "complete", complete);
        json_writer_key_unsigned(writer, "skipped", skipped);
        json_writer_key_unsigned(writer, "total", count);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

static void write_name(struct json_writer *writer, const struct plan *plan, bool is_valid) {
    json_writer_key_string(writer, "plan", plan->name);
    json_writer_key_string(writer, "path", plan->path);
    json_writer_key_boolean(writer, "valid", is_valid);
}

void report_name(struct json_writer *writer, const struct plan *plan) {
    write_name(writer, plan, plan->is_valid);
}

bool report_is_filtered(const struct report_filter *filter) {
    return filter->levels || filter->purpose || filter->is_ready || filter->is_blocked || filter->is_open;
}

/* "all", or what the achievements are that are listed: "level 2, ready". */
static void write_filter(struct json_writer *writer, const struct report_filter *filter) {
    AUTO(buffer) words = {0};
    if (filter->levels)
        buffer_append_format(&words, "level%s %s", strpbrk(filter->levels, ",-") ? "s" : "", filter->levels);
    if (filter->is_ready)
        buffer_append_format(&words, "%sready", words.length ? ", " : "");
    if (filter->is_blocked)
        buffer_append_format(&words, "%sblocked", words.length ? ", " : "");
    if (filter->is_open)
        buffer_append_format(&words, "%sopen", words.length ? ", " : "");
    if (filter->purpose)
        buffer_append_format(&words, "%sfor %s", words.length ? ", " : "", filter->purpose);
    json_writer_key_string(writer, "selection", words.length ? words.data : "all");
}

static bool is_blocked(const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    if (!plan->has_graph || !plan_is_open(plan, position))
        return false;
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++)
        if (plan_is_open(plan, lists->items[i]))
            return true;
    return false;
}

static bool is_listed(const struct plan *plan, size_t position, const struct report_filter *filter) {
    if (filter->levels &&
        (!plan->has_graph || !selection_has_level(filter->levels, plan->dependencies.graph.levels[position])))
        return false;
    const char *ready_for = achievement_ready_for(&plan->standings[position]);
    if (filter->purpose && (!ready_for || strcmp(ready_for, filter->purpose) != 0))
        return false;
    if (filter->is_open && !plan_is_open(plan, position))
        return false;
    return (!filter->is_ready || plan->standings[position].is_ready) &&
           (!filter->is_blocked || is_blocked(plan, position));
}

/* Which achievements are listed, by position; the caller frees it. */
static bool *listed_ones(const struct plan *plan, const struct report_filter *filter) {
    bool *is_chosen = memory_allocate(plan->dependencies.count, sizeof *is_chosen);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        is_chosen[i] = is_listed(plan, i, filter);
    return is_chosen;
}

/* @filter: the command is about what it lists. */
static void write_next_command(struct json_writer *writer, const struct plan *plan,
                               const struct report_filter *filter) {
    AUTO(arena) arena = {0};
    AUTO_FREE bool *is_chosen = report_is_filtered(filter) ? listed_ones(plan, filter) : NULL;
    struct next_command next = next_command_make(plan, is_chosen, &arena);
    json_writer_key_string(writer, "kind", next.kind);
    json_writer_key_string(writer, "command", next.command);
    json_writer_key_string(writer, "reason", next.reason);
}

static void write_status_head(struct json_writer *writer, const struct plan *plan) {
    json_writer_open_object(writer);
    report_name(writer, plan);
    json_writer_key_string(writer, "dependency_file", plan->dependency_file);
    write_progress(writer, plan);
}

void report_summary(struct json_writer *writer, const struct plan *plan) {
    static const char *const left_out[] = {"hours", "critical_path", "remaining", "achievements", "levels"};
    static const struct report_filter everything = {0};
    write_status_head(writer, plan);
    for (size_t i = 0; i < sizeof left_out / sizeof *left_out; i++)
        json_writer_key_null(writer, left_out[i]);
    write_filter(writer, &everything);
    write_next_command(writer, plan, &everything);
    json_writer_close_object(writer);
}

void report_status(struct json_writer *writer, const struct plan *plan, const struct report_filter *filter) {
    AUTO(schedule) schedule = {0};
    write_status_head(writer, plan);
    AUTO_FREE uint32_t *blocks = report_blocks(plan);
    schedule_make(&schedule, plan, NULL);
    write_hours(writer, plan);
    report_remaining(writer, "remaining", plan, &schedule);
    write_filter(writer, filter);
    json_writer_key_array(writer, "achievements");
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        if (!is_listed(plan, i, filter))
            continue;
        json_writer_open_object(writer);
        write_achievement(writer, plan, i, blocks);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    write_levels(writer, plan);
    write_next_command(writer, plan, filter);
    json_writer_close_object(writer);
}

void report_next(struct json_writer *writer, const struct plan *plan, const struct report_filter *filter) {
    AUTO(arena) arena = {0};
    AUTO_FREE uint32_t *blocks = report_blocks(plan);
    json_writer_open_object(writer);
    report_name(writer, plan);
    write_filter(writer, filter);
    json_writer_key_array(writer, "ready");
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        if (!plan->standings[i].is_ready || !is_listed(plan, i, filter))
            continue;
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", id_at(plan, i));
        json_writer_key_string(writer, "title", plan->dependencies.achievements[i].title);
        write_level(writer, plan, i);
        json_writer_key_string(writer, "for", achievement_ready_for(&plan->standings[i]));
        report_facts(writer, plan, i, blocks);
        write_subplan(writer, &plan->standings[i]);
        write_review(writer, &plan->standings[i]);
        write_claim(writer, &plan->standings[i]);
        json_writer_key_string(writer, "command", next_command_of_one(plan, i, &arena).command);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    write_next_command(writer, plan, filter);
    json_writer_close_object(writer);
}

void report_validity(struct json_writer *writer, const struct plan *plan, const struct diagnostics *found) {
    json_writer_open_object(writer);
    write_name(writer, plan, found->error_count == 0);
    json_writer_key_unsigned(writer, "achievements", plan->dependencies.count);
    json_writer_key_unsigned(writer, "errors", found->error_count);
    json_writer_key_unsigned(writer, "warnings", found->count + found->left_out - found->error_count);
    json_writer_close_object(writer);
}

/* --- show, why, graph --- */

static void write_objective(struct json_writer *writer, const struct standing *standing, const struct files *files) {
    enum { OBJECTIVE_LINES_MOST = 12 };
    AUTO(buffer) raw = {0}, text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    if (standing->subplan_file &&
        files_read(files, standing->subplan_file, DOCUMENT_SIZE_MOST_BYTES, &raw, NULL, &error)) {
        document_parse(&document, buffer_span(&raw));
    }
    if (document.text.length && !document.conflict_line) { /* both sides of a merge are no objective */
        struct excerpt excerpt =
            excerpt_of_section(&document, standing->subplan_file, document.sections[SECTION_OBJECTIVE]);
        if (!document.sections[SECTION_OBJECTIVE])
            excerpt.lead = document_header(&document, "Objective");
        excerpt_append_text(&text, &excerpt, OBJECTIVE_LINES_MOST);
    }
    json_writer_key_string(writer, "objective", text.length ? buffer_text(&text) : NULL);
}

static void write_direct_dependents(struct json_writer *writer, const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependents;
    uint32_t first = plan->has_graph ? lists->start[position] : 0;
    report_ids(writer, "dependents", plan, plan->has_graph ? lists->items + first : NULL,
               plan->has_graph ? lists->start[position + 1] - first : 0);
}

void report_achievement(struct json_writer *writer, const struct plan *plan, size_t position,
                        const struct files *files) {
    const struct achievement *achievement = &plan->dependencies.achievements[position];
    json_writer_open_object(writer);
    report_name(writer, plan);
    json_writer_key_object(writer, "achievement");
    AUTO(arena) arena = {0};
    AUTO(schedule) schedule = {0};
    schedule_make(&schedule, plan, NULL);
    AUTO_FREE uint32_t *blocks = report_blocks(plan);
    write_achievement(writer, plan, position, blocks);
    json_writer_key_string(writer, "command", next_command_now(plan, position, &arena));
    write_slack(writer, plan, position, &schedule);
    write_direct_dependents(writer, plan, position);
    json_writer_key_array(writer, "sub_executions");
    for (size_t i = 0; i < achievement->sub_execution_count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "id", achievement->sub_executions[i].id);
        json_writer_key_string(writer, "title", achievement->sub_executions[i].title);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
    write_objective(writer, &plan->standings[position], files);
    json_writer_close_object(writer);
    json_writer_close_object(writer);
}

/* The file whose existence would end the wait for an achievement. */
static const char *ending_file(struct arena *arena, const struct plan *plan, size_t position) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(id_at(plan, position), digits);
    return arena_format(arena, "%s/execution/feedbacks/APPROVED_%s.md", plan->path, digits);
}

static void write_obstacle(struct json_writer *writer, const struct plan *plan, size_t position,
                           const uint32_t *blocks) {
    AUTO(arena) arena = {0};
    const struct standing *standing = &plan->standings[position];
    json_writer_open_object(writer);
    json_writer_key_string(writer, "id", id_at(plan, position));
    json_writer_key_string(writer, "title", plan->dependencies.achievements[position].title);
    report_facts(writer, plan, position, blocks);
    json_writer_key_string(writer, "fix", standing->state == STATE_FAILED ? standing->fix_file : NULL);
    json_writer_key_string(writer, "command", next_command_now(plan, position, &arena));
    json_writer_key_string(writer, "ends_with", ending_file(&arena, plan, position));
    json_writer_close_object(writer);
}

/* Which achievements are open, by position; the caller frees it. */
static bool *open_ones(const struct plan *plan) {
    bool *is_open = memory_allocate(plan->dependencies.count, sizeof *is_open);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        is_open[i] = plan_is_open(plan, i);
    return is_open;
}

/* Everything open that @position waits for, directly or not. */
static void write_obstacles(struct json_writer *writer, const struct plan *plan, size_t position,
                            const uint32_t *blocks) {
    const struct graph *graph = &plan->dependencies.graph;
    AUTO_FREE bool *is_open = open_ones(plan);
    AUTO_FREE uint32_t *found = memory_allocate(plan->dependencies.count, sizeof *found);
    uint32_t count = plan->has_graph ? graph_open_dependencies(graph, (uint32_t)position, is_open, found) : 0;
    json_writer_key_array(writer, "waits_for");
    for (uint32_t i = 0; i < count; i++)
        write_obstacle(writer, plan, found[i], blocks);
    json_writer_close_array(writer);
}

/* What would become ready if this one were complete. */
static void write_unblocked(struct json_writer *writer, const struct plan *plan, size_t position) {
    const struct graph *graph = &plan->dependencies.graph;
    bool is_blocking = plan->has_graph && plan_is_open(plan, position);
    uint32_t first = is_blocking ? graph->dependents.start[position] : 0;
    uint32_t end = is_blocking ? graph->dependents.start[position + 1] : 0;
    json_writer_key_array(writer, "would_make_ready");
    for (uint32_t d = first; d < end; d++) {
        uint32_t dependent = graph->dependents.items[d];
        bool is_last = plan_is_open(plan, dependent);
        for (uint32_t i = graph->dependencies.start[dependent]; i < graph->dependencies.start[dependent + 1]; i++)
            is_last &= graph->dependencies.items[i] == position || !plan_is_open(plan, graph->dependencies.items[i]);
        if (is_last)
            json_writer_string(writer, id_at(plan, dependent));
    }
    json_writer_close_array(writer);
}

/* Everything open that waits for it, directly or not. */
static void write_blocked(struct json_writer *writer, const struct plan *plan, size_t position) {
    AUTO_FREE bool *is_open = open_ones(plan);
    bool is_blocking = plan->has_graph && is_open[position];
    AUTO_FREE uint32_t *found = memory_allocate(plan->dependencies.count, sizeof *found);
    uint32_t count = is_blocking ? graph_dependents(&plan->dependencies.graph, (uint32_t)position, is_open, found) : 0;
    report_ids(writer, "blocks_ids", plan, found, count);
}

void report_reasons(struct json_writer *writer, const struct plan *plan, size_t position) {
    const struct standing *standing = &plan->standings[position];
    AUTO(arena) arena = {0};
    AUTO_FREE uint32_t *blocks = report_blocks(plan);
    json_writer_open_object(writer);
    report_name(writer, plan);
    json_writer_key_string(writer, "id", id_at(plan, position));
    json_writer_key_string(writer, "title", plan->dependencies.achievements[position].title);
    report_facts(writer, plan, position, blocks);
    json_writer_key_string(writer, "command", next_command_now(plan, position, &arena));
    write_subplan(writer, standing);
    json_writer_key_string(writer, "irregular_subplan", standing->irregular_subplan);
    write_files(writer, standing);
    write_review(writer, standing);
    write_claim(writer, standing);
    write_blocked_by(writer, plan, position);
    write_obstacles(writer, plan, position, blocks);
    write_unblocked(writer, plan, position);
    write_blocked(writer, plan, position);
    json_writer_close_object(writer);
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

void report_graph(struct json_writer *writer, const struct plan *plan, const struct report_filter *filter) {
    AUTO_FREE bool *is_listed = listed_ones(plan, filter);
    AUTO(schedule) schedule = {0};
    AUTO_FREE uint32_t *blocks = report_blocks(plan);
    schedule_make(&schedule, plan, NULL);
    json_writer_open_object(writer);
    report_name(writer, plan);
    write_progress(writer, plan);
    write_filter(writer, filter);
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
