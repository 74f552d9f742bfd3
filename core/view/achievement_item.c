#include "view/achievement_item.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "plan/achievement.h"
#include "plan/dependency_file.h"
#include "plan/graph.h"

const char *item_text(struct arena *arena, const char *text) {
    return text ? arena_copy(arena, text, strlen(text)) : NULL;
}

void item_maker_start(struct item_maker *maker, const struct plan *plan, const struct claim_overview *claims,
                      struct arena *arena) {
    size_t count = plan->dependencies.count;
    *maker = (struct item_maker){plan, arena, memory_allocate(count, sizeof *maker->ids), claims};
}

void item_maker_release(struct item_maker *maker) {
    memory_free(maker->ids);
    *maker = (struct item_maker){0};
}

/* --- ids --- */

static const char *id_at(const struct item_maker *maker, size_t position) {
    if (!maker->ids[position])
        maker->ids[position] = item_text(maker->arena, maker->plan->dependencies.achievements[position].id);
    return maker->ids[position];
}

struct ids item_maker_ids(const struct item_maker *maker, const uint32_t *positions, size_t count) {
    struct ids ids = {count ? arena_allocate(maker->arena, count, sizeof *ids.items) : NULL, count};
    for (size_t i = 0; i < count; i++)
        ids.items[i] = id_at(maker, positions[i]);
    return ids;
}

struct ids item_maker_neighbours(const struct item_maker *maker, const struct adjacency *lists, size_t position) {
    if (!maker->plan->has_graph)
        return (struct ids){0};
    uint32_t first = lists->start[position];
    return item_maker_ids(maker, lists->items + first, lists->start[position + 1] - first);
}

bool achievement_item_is_blocked(const struct plan *plan, size_t position) {
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    if (!plan->has_graph || !plan_is_open(plan, position))
        return false;
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++)
        if (plan_is_open(plan, lists->items[i]))
            return true;
    return false;
}

/* Of the dependencies of a blocked one those that are open, and of these only those in @state, unless it is COMPLETE.
 */
static struct ids blockers(const struct item_maker *maker, size_t position, enum achievement_state state) {
    const struct plan *plan = maker->plan;
    const struct adjacency *lists = &plan->dependencies.graph.dependencies;
    struct ids ids = {0};
    for (uint32_t i = lists->start[position]; i < lists->start[position + 1]; i++) {
        uint32_t other = lists->items[i];
        if (!plan_is_open(plan, other) || (state != STATE_COMPLETE && plan->standings[other].state != state))
            continue;
        if (!ids.items)
            ids.items = arena_allocate(maker->arena, lists->start[position + 1] - i, sizeof *ids.items);
        ids.items[ids.count++] = id_at(maker, other);
    }
    return ids;
}

/* --- the item --- */

static const struct completion_claim *keep_claim(const struct completion_claim *claim, struct arena *arena) {
    struct completion_claim *kept = claim ? arena_allocate(arena, 1, sizeof *kept) : NULL;
    if (claim)
        *kept = (struct completion_claim){item_text(arena, claim->file), claim->line, item_text(arena, claim->text)};
    return kept;
}

static struct standing_rare *keep_rare(const struct standing_rare *rare, struct arena *arena) {
    struct standing_rare *kept = arena_allocate(arena, 1, sizeof *kept);
    *kept = *rare;
    const char **texts[] = {&kept->fix_file, &kept->rework_file, &kept->irregular_subplan, &kept->conflict_file};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = item_text(arena, *texts[i]);
    kept->claim = keep_claim(rare->claim, arena);
    return kept;
}

/* @standing, which is that of a snapshot, becomes a copy. */
static void keep_standing(struct standing *standing, struct arena *arena) {
    const struct execution *executions = standing->executions;
    const struct review *reviews = standing->reviews;
    const char **texts[] = {&standing->subplan_file, &standing->approved_file, &standing->skipped_file,
                            &standing->stated_id};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        *texts[i] = item_text(arena, *texts[i]);
    standing->rare = standing->rare ? keep_rare(standing->rare, arena) : NULL;
    standing->executions = arena_allocate(arena, standing->execution_count, sizeof *executions);
    for (size_t i = 0; i < standing->execution_count; i++) {
        standing->executions[i] = executions[i];
        standing->executions[i].file = item_text(arena, executions[i].file);
    }
    standing->reviews = arena_allocate(arena, standing->review_count, sizeof *reviews);
    for (size_t i = 0; i < standing->review_count; i++) {
        standing->reviews[i] = reviews[i];
        standing->reviews[i].file = item_text(arena, reviews[i].file);
        standing->reviews[i].by = item_text(arena, reviews[i].by);
        standing->reviews[i].sha = item_text(arena, reviews[i].sha);
    }
}

/* A claim that has run out is of interest as long as there is something to be done. */
static void add_claim(struct achievement_item *item, const struct item_maker *maker, size_t position) {
    const struct claim_situation *situation = claim_overview_find(maker->claims, position);
    item->is_free = item->standing.is_ready && !claim_overview_is_taken(maker->claims, position);
    if (!situation)
        return;
    bool is_shown = situation->state == CLAIM_HELD || (situation->state == CLAIM_EXPIRED && item->standing.is_ready);
    if (is_shown)
        item->claim = claim_item_make(&situation->entry->record, maker->claims->moment, maker->arena);
    if (situation->entry->record.is_finished)
        item->mark = mark_item_make(&situation->entry->record, situation->is_bound, maker->arena);
}

void achievement_item_make(struct achievement_item *item, const struct item_maker *maker, size_t position) {
    const struct plan *plan = maker->plan;
    const struct achievement *achievement = &plan->dependencies.achievements[position];
    bool is_blocked = achievement_item_is_blocked(plan, position);
    AUTO(buffer) need = {0};
    achievement_append_need(&need, &plan->standings[position]);
    *item = (struct achievement_item){
        .id = id_at(maker, position),
        .title = item_text(maker->arena, achievement->title),
        .has_level = plan->has_graph,
        .level = plan->has_graph ? plan->dependencies.graph.levels[position] : 0,
        .has_hours = achievement->has_hours,
        .hours = achievement->hours,
        .standing = plan->standings[position],
        .need = item_text(maker->arena, need.data),
        .blocks = maker->plan->blocks[position],
        .dependencies = item_maker_neighbours(maker, &plan->dependencies.graph.dependencies, position),
    };
    keep_standing(&item->standing, maker->arena);
    add_claim(item, maker, position);
    if (is_blocked) {
        item->blocked_by = blockers(maker, position, STATE_COMPLETE);
        item->blocked_by_failed = blockers(maker, position, STATE_FAILED);
        item->blocked_by_review = blockers(maker, position, STATE_SUBMITTED);
    }
}
