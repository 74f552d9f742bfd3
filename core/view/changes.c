#include "view/changes.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/document.h"
#include "plan/achievement.h"
#include "plan/graph.h"
#include "plan/plan.h"
#include "plan/standing.h"
#include "view/event.h"

/* --- what was published --- */

struct published_level {
    bool has_subplans; /* see EVENT_LEVEL_SUBPLANS_COMPLETE */
    bool is_completed;
};

struct published_achievement {
    const char *id;
    enum achievement_state state : 8;
    enum subplan_state subplan : 8;
    bool is_ready : 1, is_sent_back : 1;
    uint32_t number_count;   /* of its EXECUTION_TASKs */
    const unsigned *numbers; /* theirs, ascending, without repetition */
};

struct published_state {
    struct arena arena;
    const char *name, *path;
    char dependency_digest[DIGEST_FAST_TEXT];
    bool is_valid;
    struct published_achievement *achievements;
    size_t count;
    struct published_level *levels;
    size_t level_count;
};

static void remember_numbers(struct arena *arena, struct published_achievement *known,
                             const struct standing *standing) {
    unsigned *numbers = arena_allocate(arena, standing->execution_count, sizeof *numbers);
    for (size_t i = 0; i < standing->execution_count; i++)
        if (known->number_count == 0 || numbers[known->number_count - 1] != standing->executions[i].number)
            numbers[known->number_count++] = standing->executions[i].number;
    known->numbers = numbers;
}

static bool is_closed(const struct published_achievement *known) {
    return known->state == STATE_COMPLETE || known->state == STATE_SKIPPED;
}

static void remember_levels(struct published_state *state, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    state->level_count = plan->has_graph ? graph->level_count : 0;
    state->levels = arena_allocate(&state->arena, state->level_count, sizeof *state->levels);
    for (size_t level = 0; level < state->level_count; level++)
        state->levels[level] = (struct published_level){true, true};
    for (size_t i = 0; state->level_count && i < state->count; i++) {
        struct published_level *level = &state->levels[graph->levels[i]];
        bool is_done = is_closed(&state->achievements[i]);
        level->is_completed &= is_done;
        level->has_subplans &= is_done || state->achievements[i].subplan == SUBPLAN_COMPLETE;
    }
}

struct published_state *published_state_new(const struct plan *plan) {
    struct published_state *state = memory_allocate(1, sizeof *state);
    state->name = arena_copy(&state->arena, plan->name, strlen(plan->name));
    state->path = arena_copy(&state->arena, plan->path, strlen(plan->path));
    memcpy(state->dependency_digest, plan->dependency_digest, sizeof state->dependency_digest);
    state->is_valid = plan->is_valid;
    state->count = plan->standing_count;
    state->achievements = arena_allocate(&state->arena, state->count, sizeof *state->achievements);
    for (size_t i = 0; i < state->count; i++) {
        const struct standing *standing = &plan->standings[i];
        const char *id = plan->dependencies.achievements[i].id;
        state->achievements[i] = (struct published_achievement){
            .id = arena_copy(&state->arena, id, strlen(id)),
            .state = standing->state,
            .subplan = standing->subplan,
            .is_ready = standing->is_ready,
            .is_sent_back = standing->next == STEP_REWORK,
        };
        remember_numbers(&state->arena, &state->achievements[i], standing);
    }
    remember_levels(state, plan);
    return state;
}

void published_state_free(struct published_state *state) {
    if (!state)
        return;
    arena_release(&state->arena);
    memory_free(state);
}

const char *published_state_path(const struct published_state *state) {
    return state->path;
}

/* --- comparing --- */

struct comparison {
    const struct plan *plan;
    const struct published_state *before;
    struct published_state *after;
    const struct changes_sink *sink;
    bool is_holding;
};

static void publish(const struct comparison *comparison, struct event event) {
    event.plan = comparison->after->name;
    event.path = comparison->after->path;
    comparison->sink->publish(comparison->sink->data, &event);
}

/* About the achievement at @position. */
static void publish_of(const struct comparison *comparison, size_t position, struct event event) {
    event.achievement = comparison->after->achievements[position].id;
    event.has_level = comparison->plan->has_graph;
    event.level = event.has_level ? comparison->plan->dependencies.graph.levels[position] : 0;
    publish(comparison, event);
}

/* A SUBPLAN that became complete, or stopped being so, while it is being written is left as it was published. */
static void hold_back(struct comparison *comparison, size_t position, const struct published_achievement *before) {
    struct published_achievement *after = &comparison->after->achievements[position];
    const char *file = comparison->plan->standings[position].subplan_file;
    bool was_complete = before && before->subplan == SUBPLAN_COMPLETE;
    bool is_news = file && was_complete != (after->subplan == SUBPLAN_COMPLETE);
    if (!is_news || !comparison->sink->is_being_written(comparison->sink->data, file))
        return;
    after->subplan = before && before->subplan != SUBPLAN_MISSING ? before->subplan : SUBPLAN_DRAFT;
    comparison->is_holding = true;
}

static void compare_subplan(const struct comparison *comparison, size_t position, enum subplan_state before) {
    enum subplan_state after = comparison->after->achievements[position].subplan;
    struct event event = {.file = comparison->plan->standings[position].subplan_file};
    if (before == after)
        return;
    if (after == SUBPLAN_MISSING) {
        event.type = EVENT_SUBPLAN_REMOVED;
        publish_of(comparison, position, event);
        return;
    }
    if (before == SUBPLAN_MISSING) {
        event.type = EVENT_SUBPLAN_CREATED;
        publish_of(comparison, position, event);
    }
    if (after == SUBPLAN_COMPLETE || before == SUBPLAN_COMPLETE) {
        event.type = after == SUBPLAN_COMPLETE ? EVENT_SUBPLAN_COMPLETED : EVENT_SUBPLAN_REOPENED;
        publish_of(comparison, position, event);
    }
}

static const char *execution_file(const struct standing *standing, unsigned number) {
    for (size_t i = 0; i < standing->execution_count; i++)
        if (standing->executions[i].number == number)
            return standing->executions[i].file;
    return NULL;
}

/* Both lists ascend. */
static void compare_executions(const struct comparison *comparison, size_t position,
                               const struct published_achievement *before) {
    const struct published_achievement *after = &comparison->after->achievements[position];
    size_t old_count = before ? before->number_count : 0;
    for (size_t i = 0, k = 0; i < old_count || k < after->number_count;) {
        bool is_removed = k == after->number_count || (i < old_count && before->numbers[i] < after->numbers[k]);
        bool is_created = i == old_count || (k < after->number_count && after->numbers[k] < before->numbers[i]);
        unsigned number = is_removed ? before->numbers[i] : after->numbers[k];
        i += !is_created;
        k += !is_removed;
        if (is_removed || is_created)
            publish_of(comparison, position,
                       (struct event){
                           .type = is_removed ? EVENT_EXECUTION_REMOVED : EVENT_EXECUTION_CREATED,
                           .file = execution_file(&comparison->plan->standings[position], number),
                       });
    }
}

static void publish_ready(const struct comparison *comparison, size_t position) {
    const struct standing *standing = &comparison->plan->standings[position];
    AUTO(buffer) need = {0};
    achievement_append_need(&need, standing);
    publish_of(comparison, position,
               (struct event){.type = EVENT_ACHIEVEMENT_READY,
                              .step = achievement_ready_for(standing),
                              .need = buffer_text(&need)});
}

/* A FIX is news when the achievement was in another state, and when none was open; not because its answer has gone. */
static bool is_sent_back_now(const struct comparison *comparison, size_t position,
                             const struct published_achievement *before) {
    const struct published_achievement *after = &comparison->after->achievements[position];
    if (after->state != STATE_FAILED || !before || before->state != STATE_FAILED)
        return after->state == STATE_FAILED;
    return after->is_sent_back && !before->is_sent_back && after->number_count >= before->number_count;
}

static void compare_state(const struct comparison *comparison, size_t position,
                          const struct published_achievement *before) {
    const struct standing *standing = &comparison->plan->standings[position];
    enum achievement_state old = before ? before->state : STATE_NOT_STARTED;
    bool is_submitted = standing->state != old && standing->state == STATE_SUBMITTED;
    if (is_submitted)
        publish_of(comparison, position,
                   (struct event){.type = EVENT_ACHIEVEMENT_SUBMITTED, .file = achievement_submission(standing)->file});
    if (standing->state != old && standing->state == STATE_COMPLETE)
        publish_of(comparison, position,
                   (struct event){.type = EVENT_ACHIEVEMENT_COMPLETED, .file = standing->approved_file});
    if (standing->state != old && standing->state == STATE_SKIPPED)
        publish_of(comparison, position,
                   (struct event){.type = EVENT_ACHIEVEMENT_SKIPPED, .file = standing->skipped_file});
    if (before && is_closed(before) && !is_closed(&comparison->after->achievements[position]))
        publish_of(comparison, position, (struct event){.type = EVENT_ACHIEVEMENT_REOPENED});
    if (is_sent_back_now(comparison, position, before))
        publish_of(comparison, position, (struct event){.type = EVENT_ACHIEVEMENT_FAILED, .file = standing->fix_file});
    if (standing->is_ready && (is_submitted || !(before && before->is_ready)))
        publish_ready(comparison, position);
}

/* What was published about the achievement @id, which is nearly always at the same position. */
static const struct published_achievement *find_before(const struct published_state *before,
                                                       const struct string_map *ids, size_t position, const char *id) {
    if (position < before->count && strcmp(before->achievements[position].id, id) == 0)
        return &before->achievements[position];
    return string_map_find(ids, span_of(id), &position) ? &before->achievements[position] : NULL;
}

static void compare_achievements(struct comparison *comparison) {
    AUTO(string_map) ids = {0};
    for (size_t i = 0; i < comparison->before->count; i++) {
        size_t position = i;
        string_map_add(&ids, comparison->before->achievements[i].id, &position);
    }
    for (size_t i = 0; i < comparison->after->count; i++) {
        const struct published_achievement *before =
            find_before(comparison->before, &ids, i, comparison->after->achievements[i].id);
        hold_back(comparison, i, before);
        compare_subplan(comparison, i, before ? before->subplan : SUBPLAN_MISSING);
        compare_executions(comparison, i, before);
        compare_state(comparison, i, before);
    }
}

static void compare_levels(const struct comparison *comparison) {
    static const struct published_level nothing = {0};
    const struct published_state *before = comparison->before, *after = comparison->after;
    for (size_t level = 0; level < after->level_count; level++) {
        const struct published_level *old = level < before->level_count ? &before->levels[level] : &nothing;
        struct event event = {.has_level = true, .level = (uint32_t)level};
        event.type = EVENT_LEVEL_SUBPLANS_COMPLETE;
        if (after->levels[level].has_subplans && !old->has_subplans)
            publish(comparison, event);
        event.type = EVENT_LEVEL_COMPLETED;
        if (after->levels[level].is_completed && !old->is_completed)
            publish(comparison, event);
    }
}

/* While a plan is invalid, what was published about its achievements stays, and is compared when it is valid again. */
static void publish_invalid(struct published_state *state, const struct plan *plan, const struct changes_sink *sink) {
    const char *reason = NULL;
    for (size_t i = 0; i < plan->diagnostics.count && !reason; i++)
        if (plan->diagnostics.items[i].severity == SEVERITY_ERROR)
            reason = plan->diagnostics.items[i].message;
    if (state->is_valid)
        sink->publish(
            sink->data,
            &(struct event){.type = EVENT_PLAN_INVALID, .plan = state->name, .path = state->path, .reason = reason});
    state->is_valid = false;
}

static bool is_changed(const struct published_state *before, const struct published_state *after) {
    return !before->is_valid || strcmp(before->name, after->name) != 0 ||
           strcmp(before->dependency_digest, after->dependency_digest) != 0;
}

bool changes_compare(struct published_state **state, const struct plan *plan, const struct changes_sink *sink) {
    if (!*state) {
        *state = published_state_new(plan);
        sink->publish(sink->data,
                      &(struct event){.type = EVENT_PLAN_ADDED, .plan = (*state)->name, .path = (*state)->path});
        if (!plan->is_valid) {
            (*state)->is_valid = true; /* that it is not is news */
            publish_invalid(*state, plan, sink);
        }
        return false;
    }
    if (!plan->is_valid) {
        publish_invalid(*state, plan, sink);
        return false;
    }
    struct comparison comparison = {.plan = plan, .before = *state, .after = published_state_new(plan), .sink = sink};
    if (is_changed(comparison.before, comparison.after))
        publish(&comparison, (struct event){.type = EVENT_PLAN_CHANGED});
    compare_achievements(&comparison);
    remember_levels(comparison.after, plan); /* without what is held back */
    compare_levels(&comparison);
    published_state_free(*state);
    *state = comparison.after;
    return comparison.is_holding;
}

void changes_remove(struct published_state *state, const struct changes_sink *sink) {
    sink->publish(sink->data, &(struct event){.type = EVENT_PLAN_REMOVED, .plan = state->name, .path = state->path});
    published_state_free(state);
}
