#include "view/achievement_view.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "claims/claim_overview.h"
#include "document/document.h"
#include "document/excerpt.h"
#include "document/names.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/next_command.h"
#include "plan/schedule.h"
#include "plan/standing.h"

/* With the command to type now for it: none for what was finished elsewhere. */
static void make_item(struct achievement_item *item, const struct item_maker *maker, size_t position) {
    AUTO(arena) texts = {0};
    achievement_item_make(item, maker, position);
    if (!item->mark || !item->mark->binds)
        item->command = item_text(maker->arena, next_command_now(maker->plan, position, &texts));
}

static void start(struct achievement_view *view, const struct item_maker *maker, size_t position) {
    const struct plan *plan = maker->plan;
    *view = (struct achievement_view){
        .plan = item_text(maker->arena, plan->name),
        .path = item_text(maker->arena, plan->path),
        .is_valid = plan->is_valid,
        .dependents = item_maker_neighbours(maker, &plan->dependencies.graph.dependents, position),
    };
    make_item(&view->item, maker, position);
}

/* --- show --- */

static void add_slack(struct achievement_view *view, const struct plan *plan, size_t position) {
    AUTO(schedule) schedule = {0};
    schedule_make(&schedule, plan, NULL);
    view->has_slack = plan->has_graph && schedule.is_open[position];
    view->slack = view->has_slack ? schedule.slacks[position] : 0;
}

static void add_sub_executions(struct achievement_view *view, const struct achievement *achievement,
                               struct arena *arena) {
    view->sub_execution_count = achievement->sub_execution_count;
    view->sub_executions = arena_allocate(arena, view->sub_execution_count, sizeof *view->sub_executions);
    for (size_t i = 0; i < view->sub_execution_count; i++)
        view->sub_executions[i] = (struct sub_execution_view){item_text(arena, achievement->sub_executions[i].id),
                                                              item_text(arena, achievement->sub_executions[i].title)};
}

static void add_objective(struct achievement_view *view, const struct files *files, struct arena *arena) {
    enum { OBJECTIVE_LINES_MOST = 12 };
    const char *file = view->item.standing.subplan_file;
    AUTO(buffer) raw = {0}, text = {0};
    AUTO(error) error = {0};
    AUTO(document) document = {0};
    if (file && files_read(files, file, DOCUMENT_SIZE_MOST_BYTES, &raw, NULL, &error))
        document_parse(&document, buffer_span(&raw));
    if (document.text.length && !document.conflict_line) { /* both sides of a merge are no objective */
        struct excerpt excerpt = excerpt_of_section(&document, file, document.sections[SECTION_OBJECTIVE]);
        if (!document.sections[SECTION_OBJECTIVE])
            excerpt.lead = document_header(&document, "Objective");
        excerpt_append_text(&text, &excerpt, OBJECTIVE_LINES_MOST);
    }
    view->objective = text.length ? item_text(arena, buffer_text(&text)) : NULL;
}

void achievement_view_show(struct achievement_view *view, const struct plan *plan, size_t position,
                           const struct claim_overview *claims, const struct files *files, struct arena *arena) {
    AUTO(item_maker) maker = {0};
    item_maker_start(&maker, plan, claims, arena);
    start(view, &maker, position);
    add_slack(view, plan, position);
    add_sub_executions(view, &plan->dependencies.achievements[position], arena);
    add_objective(view, files, arena);
}

/* --- why --- */

/* Which achievements are open, by position; the caller frees it. */
static bool *open_ones(const struct plan *plan) {
    bool *is_open = memory_allocate(plan->dependencies.count, sizeof *is_open);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        is_open[i] = plan_is_open(plan, i);
    return is_open;
}

static const char *ending_file(struct arena *arena, const struct plan *plan, const char *id) {
    char digits[NAMES_ID_BYTES_MOST + 1];
    names_digits(id, digits);
    return arena_format(arena, "%s/execution/feedbacks/APPROVED_%s.md", plan->path, digits);
}

/* Everything open that it waits for. @found has room for all positions. */
static void add_obstacles(struct achievement_view *view, const struct item_maker *maker, size_t position,
                          const bool *is_open, uint32_t *found) {
    const struct plan *plan = maker->plan;
    view->obstacle_count =
        plan->has_graph ? graph_open_dependencies(&plan->dependencies.graph, (uint32_t)position, is_open, found) : 0;
    view->obstacles = arena_allocate(maker->arena, view->obstacle_count, sizeof *view->obstacles);
    for (size_t i = 0; i < view->obstacle_count; i++) {
        make_item(&view->obstacles[i].item, maker, found[i]);
        view->obstacles[i].ends_with = ending_file(maker->arena, plan, view->obstacles[i].item.id);
    }
}

/* Is @position the only open dependency of @dependent? */
static bool is_last_obstacle(const struct plan *plan, uint32_t dependent, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    bool is_last = plan_is_open(plan, dependent);
    for (uint32_t i = lists->start[dependent]; i < lists->start[dependent + 1]; i++)
        is_last &= lists->items[i] == position || !plan_is_open(plan, lists->items[i]);
    return is_last;
}

/* What waits for it, if it is open. @found as above. */
static void add_blocked(struct achievement_view *view, const struct item_maker *maker, size_t position,
                        const bool *is_open, uint32_t *found) {
    const struct plan *plan = maker->plan;
    const struct graph *graph = &plan->dependencies.graph;
    if (!plan->has_graph || !is_open[position])
        return;
    uint32_t count = 0;
    for (uint32_t i = graph->dependents.start[position]; i < graph->dependents.start[position + 1]; i++)
        if (is_last_obstacle(plan, graph->dependents.items[i], position))
            found[count++] = graph->dependents.items[i];
    view->would_make_ready = item_maker_ids(maker, found, count);
    count = graph_dependents(graph, (uint32_t)position, is_open, found);
    view->blocked = item_maker_ids(maker, found, count);
}

void achievement_view_why(struct achievement_view *view, const struct plan *plan, size_t position,
                          const struct claim_overview *claims, struct arena *arena) {
    AUTO(item_maker) maker = {0};
    AUTO_FREE bool *is_open = open_ones(plan);
    AUTO_FREE uint32_t *found = memory_allocate(plan->dependencies.count, sizeof *found);
    item_maker_start(&maker, plan, claims, arena);
    start(view, &maker, position);
    add_obstacles(view, &maker, position, is_open, found);
    add_blocked(view, &maker, position, is_open, found);
}
