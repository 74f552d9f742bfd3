#include "view/plan_view.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_overview.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"
#include "plan/selection.h"
#include "plan/standing.h"

/* --- hours --- */

/* Of those that are open in @is_open, or of all if it is NULL, the ones without an estimate. */
static struct ids without_hours(const struct item_maker *maker, const bool *is_open) {
    const struct dependency_file *dependencies = &maker->plan->dependencies;
    AUTO_FREE uint32_t *positions = memory_allocate(dependencies->count, sizeof *positions);
    size_t count = 0;
    for (size_t i = 0; i < dependencies->count; i++)
        if ((!is_open || is_open[i]) && !dependencies->achievements[i].has_hours)
            positions[count++] = (uint32_t)i;
    return item_maker_ids(maker, positions, count);
}

struct hours_view hours_view_of(const struct schedule *schedule, const struct item_maker *maker) {
    return (struct hours_view){
        .sequential = schedule->sequential,
        .has_parallel = maker->plan->has_graph,
        .parallel = schedule->parallel,
        .missing = without_hours(maker, schedule->is_open),
        .critical_path = item_maker_ids(maker, schedule->path, schedule->path_length),
    };
}

struct hours_view hours_view_of_all(const struct item_maker *maker) {
    AUTO(schedule) schedule = {0};
    schedule_make_whole(&schedule, maker->plan);
    struct hours_view hours = hours_view_of(&schedule, maker);
    hours.missing = without_hours(maker, NULL);
    return hours;
}

/* --- what every answer says of a plan --- */

bool plan_filter_is_used(const struct plan_filter *filter) {
    return filter->id_count || filter->levels || filter->purpose || filter->is_ready || filter->is_blocked ||
           filter->is_open;
}

static bool has_id(const struct plan_filter *filter, const char *id) {
    for (size_t i = 0; i < filter->id_count; i++)
        if (strcmp(filter->ids[i], id) == 0)
            return true;
    return false;
}

static bool is_listed(const struct plan *plan, size_t position, const struct plan_filter *filter) {
    if (filter->levels &&
        (!plan->has_graph || !selection_has_level(filter->levels, plan->dependencies.graph.levels[position])))
        return false;
    const char *ready_for = achievement_ready_for(&plan->standings[position]);
    if (filter->purpose && (!ready_for || strcmp(ready_for, filter->purpose) != 0))
        return false;
    if (filter->is_open && !plan_is_open(plan, position))
        return false;
    if (filter->id_count && !has_id(filter, plan->dependencies.achievements[position].id))
        return false;
    return (!filter->is_ready || plan->standings[position].is_ready) &&
           (!filter->is_blocked || achievement_item_is_blocked(plan, position));
}

bool *plan_filter_listed(const struct plan_filter *filter, const struct plan *plan) {
    bool *is_chosen = memory_allocate(plan->dependencies.count, sizeof *is_chosen);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        is_chosen[i] = is_listed(plan, i, filter);
    return is_chosen;
}

/* The mark of where the achievement was finished, if that is to be merged; else NULL. */
static const struct claim_mark *mark_to_merge(const struct claim_overview *claims, size_t position) {
    const struct claim_situation *situation = claim_overview_find(claims, position);
    bool is_known = situation && situation->is_bound && situation->entry->record.finished.branch;
    return is_known ? &situation->entry->record.finished : NULL;
}

/* Leaves out what is taken. Returns one of what was left out, rather one that can be merged; or SIZE_MAX. */
static size_t leave_out_taken(bool *is_chosen, const struct plan *plan, const struct claim_overview *claims) {
    size_t found = SIZE_MAX;
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        if (!is_chosen[i] || !plan->standings[i].is_ready || !claim_overview_is_taken(claims, i))
            continue;
        is_chosen[i] = false;
        if (found == SIZE_MAX || (mark_to_merge(claims, i) && !mark_to_merge(claims, found)))
            found = i;
    }
    return found;
}

/* Nothing is free: what @taken, one of those that are ready, waits for. */
static struct next_command next_of_taken(const struct plan *plan, size_t taken, const struct claim_overview *claims,
                                         struct arena *arena) {
    const char *id = plan->dependencies.achievements[taken].id;
    const struct claim_mark *mark = mark_to_merge(claims, taken);
    AUTO(buffer) command = {0};
    if (!mark)
        return (struct next_command){"claimed", NULL, "all that is ready is claimed"};
    buffer_append_string(&command, mark->worktree ? "git merge " : "git pull");
    if (mark->worktree)
        text_append_shell_word(&command, mark->branch);
    return (struct next_command){"merge", arena_copy(arena, command.data, command.length),
                                 arena_format(arena, "finished elsewhere, to be merged: %s", id)};
}

static struct next_command next_of(const struct plan *plan, const struct plan_filter *filter,
                                   const struct claim_overview *claims, struct arena *arena) {
    AUTO(arena) texts = {0};
    AUTO_FREE bool *is_chosen = plan_filter_listed(filter, plan);
    size_t taken = leave_out_taken(is_chosen, plan, claims);
    bool is_part = plan_filter_is_used(filter) || taken != SIZE_MAX;
    struct next_command next = next_command_make(plan, is_part ? is_chosen : NULL, &texts);
    if (!next.command && taken != SIZE_MAX)
        next = next_of_taken(plan, taken, claims, &texts);
    return (struct next_command){next.kind, item_text(arena, next.command), item_text(arena, next.reason)};
}

/* "all", or what the achievements are that are listed: "level 2, ready". */
static const char *describe_filter(const struct plan_filter *filter, struct arena *arena) {
    AUTO(buffer) words = {0};
    for (size_t i = 0; i < filter->id_count; i++)
        buffer_append_format(&words, "%s%s", i ? "," : "ids ", filter->ids[i]);
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
    return words.length ? item_text(arena, words.data) : "all";
}

void plan_view_head(struct plan_view *view, const struct plan *plan, const struct plan_filter *filter,
                    const struct claim_overview *claims, struct arena *arena) {
    *view = (struct plan_view){
        .name = item_text(arena, plan->name),
        .path = item_text(arena, plan->path),
        .dependency_file = item_text(arena, plan->dependency_file),
        .is_valid = plan->is_valid,
        .total = plan->dependencies.count,
        .is_filtered = plan_filter_is_used(filter),
        .selection = describe_filter(filter, arena),
        .next = next_of(plan, filter, claims, arena),
    };
    memcpy(view->counts, plan->counts, sizeof view->counts);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        view->ready += plan->standings[i].is_ready;
}

/* --- status and next --- */

static void add_items(struct plan_view *view, const struct item_maker *maker, const struct plan_filter *filter) {
    const struct plan *plan = maker->plan;
    size_t count = 0;
    for (size_t i = 0; i < plan->dependencies.count; i++)
        count += is_listed(plan, i, filter);
    view->items = arena_allocate(maker->arena, count, sizeof *view->items);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (is_listed(plan, i, filter))
            achievement_item_make(&view->items[view->item_count++], maker, i);
}

static struct level_view level_of(const struct item_maker *maker, const uint32_t *positions, size_t count) {
    const struct plan *plan = maker->plan;
    struct level_view level = {.ids = item_maker_ids(maker, positions, count)};
    for (size_t i = 0; i < count; i++) {
        const struct standing *standing = &plan->standings[positions[i]];
        level.complete += standing->state == STATE_COMPLETE;
        level.skipped += standing->state == STATE_SKIPPED;
        level.failed += standing->state == STATE_FAILED;
        level.ready += standing->is_ready;
        level.blocked += achievement_item_is_blocked(plan, positions[i]);
    }
    return level;
}

static void add_levels(struct plan_view *view, const struct item_maker *maker) {
    const struct graph *graph = &maker->plan->dependencies.graph;
    view->level_count = maker->plan->has_graph ? graph->level_count : 0;
    view->levels = arena_allocate(maker->arena, view->level_count, sizeof *view->levels);
    for (size_t level = 0; level < view->level_count; level++) {
        uint32_t first = graph->level_nodes.start[level], end = graph->level_nodes.start[level + 1];
        view->levels[level] = level_of(maker, graph->level_nodes.items + first, end - first);
    }
}

void plan_view_summary(struct plan_view *view, const struct plan *plan, const struct claim_overview *claims,
                       struct arena *arena) {
    plan_view_head(view, plan, &(struct plan_filter){0}, claims, arena);
    view->is_brief = true;
}

void plan_view_status(struct plan_view *view, const struct plan *plan, const struct plan_filter *filter,
                      const struct claim_overview *claims, struct arena *arena) {
    AUTO(item_maker) maker = {0};
    AUTO(schedule) schedule = {0};
    item_maker_start(&maker, plan, claims, arena);
    schedule_make(&schedule, plan, NULL);
    plan_view_head(view, plan, filter, claims, arena);
    view->hours = hours_view_of_all(&maker);
    view->remaining = hours_view_of(&schedule, &maker);
    add_items(view, &maker, filter);
    add_levels(view, &maker);
}

/* Those that are taken, from the items to a separate list; the others get their commands. */
static void set_taken_apart(struct plan_view *view, const struct item_maker *maker, const struct plan_filter *ready) {
    const struct plan *plan = maker->plan;
    AUTO(arena) texts = {0};
    size_t free_count = 0, taken_count = 0;
    for (size_t i = 0, listed = 0; i < plan->dependencies.count; i++) {
        if (!is_listed(plan, i, ready))
            continue;
        struct achievement_item item = view->items[listed++];
        item.command = item_text(maker->arena, next_command_of_one(plan, i, &texts).command);
        if (item.is_free)
            view->items[free_count++] = item;
        else
            view->taken[taken_count++] = item;
    }
    view->item_count = free_count;
}

void plan_view_next(struct plan_view *view, const struct plan *plan, const struct plan_filter *filter,
                    const struct claim_overview *claims, struct arena *arena) {
    AUTO(item_maker) maker = {0};
    struct plan_filter ready = *filter;
    ready.is_ready = true;
    item_maker_start(&maker, plan, claims, arena);
    plan_view_head(view, plan, filter, claims, arena);
    for (size_t i = 0; i < plan->dependencies.count; i++)
        view->taken_count += is_listed(plan, i, &ready) && claim_overview_is_taken(claims, i);
    add_items(view, &maker, &ready);
    view->taken = arena_allocate(arena, view->taken_count, sizeof *view->taken);
    set_taken_apart(view, &maker, &ready);
}

/* --- validate --- */

void plan_view_validity(struct plan_view *view, const struct plan *plan, const struct diagnostics *found,
                        struct arena *arena) {
    *view = (struct plan_view){
        .name = item_text(arena, plan->name),
        .path = item_text(arena, plan->path),
        .is_valid = found->error_count == 0,
        .total = plan->dependencies.count,
        .errors = found->error_count,
        .warnings = found->count + found->left_out - found->error_count,
    };
}
