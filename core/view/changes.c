#include "view/changes.h"

#include <stdlib.h>
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
#include "plan/plan_update.h"
#include "plan/standing.h"
#include "view/event.h"

/* --- what was published --- */

/* How many of its achievements are in the way of an event: see EVENT_LEVEL_SUBPLANS_COMPLETE, EVENT_LEVEL_COMPLETED. */
struct published_level {
    uint32_t without_subplan, open;
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
    known->number_count = 0;
    for (size_t i = 0; i < standing->execution_count; i++)
        if (known->number_count == 0 || numbers[known->number_count - 1] != standing->executions[i].number)
            numbers[known->number_count++] = standing->executions[i].number;
    known->numbers = numbers;
}

static bool is_closed(const struct published_achievement *known) {
    return known->state == STATE_COMPLETE || known->state == STATE_SKIPPED;
}

/* @sign: 1 counts the achievement, -1 takes it away. */
static void count_in_level(struct published_state *state, const struct plan *plan, size_t position, int sign) {
    if (!state->level_count)
        return;
    const struct published_achievement *known = &state->achievements[position];
    struct published_level *level = &state->levels[plan->dependencies.graph.levels[position]];
    bool is_open = !is_closed(known), lacks_subplan = is_open && known->subplan != SUBPLAN_COMPLETE;
    level->open += (uint32_t)(is_open * sign);
    level->without_subplan += (uint32_t)(lacks_subplan * sign);
}

static void remember(struct published_state *state, const struct plan *plan, size_t position) {
    const struct standing *standing = &plan->standings[position];
    struct published_achievement *known = &state->achievements[position];
    known->state = standing->state;
    known->subplan = standing->subplan;
    known->is_ready = standing->is_ready;
    known->is_sent_back = standing->next == STEP_REWORK;
    remember_numbers(&state->arena, known, standing);
}

struct published_state *published_state_new(const struct plan *plan) {
    struct published_state *state = memory_allocate(1, sizeof *state);
    state->name = arena_copy(&state->arena, plan->name, strlen(plan->name));
    state->path = arena_copy(&state->arena, plan->path, strlen(plan->path));
    memcpy(state->dependency_digest, plan->dependency_digest, sizeof state->dependency_digest);
    state->is_valid = plan->is_valid;
    state->count = plan->standing_count;
    state->achievements = arena_allocate(&state->arena, state->count, sizeof *state->achievements);
    state->level_count = plan->has_graph ? plan->dependencies.graph.level_count : 0;
    state->levels = arena_allocate(&state->arena, state->level_count, sizeof *state->levels);
    for (size_t i = 0; i < state->count; i++) {
        const char *id = plan->dependencies.achievements[i].id;
        state->achievements[i].id = arena_copy(&state->arena, id, strlen(id));
        remember(state, plan, i);
        count_in_level(state, plan, i, 1);
    }
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
    struct published_state *after;
    const struct published_level *levels; /* as they were published */
    size_t level_count;
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
        publish_of(comparison, position,
                   (struct event){.type = EVENT_ACHIEVEMENT_FAILED, .file = standing_rare(standing)->fix_file});
    if (standing->is_ready && (is_submitted || !(before && before->is_ready)))
        publish_ready(comparison, position);
}

/* What was published about achievements, by their ids. */
struct known_ids {
    const struct published_state *before;
    struct string_map positions; /* once one is not where it was */
    bool is_filled;
};

static bool find_elsewhere(struct known_ids *known, const char *id, size_t *position) {
    for (size_t i = 0; !known->is_filled && i < known->before->count; i++) {
        size_t same = i;
        string_map_add(&known->positions, known->before->achievements[i].id, &same);
    }
    known->is_filled = true;
    return string_map_find(&known->positions, span_of(id), position);
}

/* What was published about the achievement @id, which is nearly always at the same position. */
static const struct published_achievement *find_before(struct known_ids *known, size_t position, const char *id) {
    const struct published_state *before = known->before;
    if (position < before->count && strcmp(before->achievements[position].id, id) == 0)
        return &before->achievements[position];
    return find_elsewhere(known, id, &position) ? &before->achievements[position] : NULL;
}

/* @before: what was published about the achievement at @position; NULL if it is new. */
static void compare_achievement(struct comparison *comparison, size_t position,
                                const struct published_achievement *before) {
    count_in_level(comparison->after, comparison->plan, position, -1);
    hold_back(comparison, position, before);
    count_in_level(comparison->after, comparison->plan, position, 1);
    compare_subplan(comparison, position, before ? before->subplan : SUBPLAN_MISSING);
    compare_executions(comparison, position, before);
    compare_state(comparison, position, before);
}

static void compare_achievements(struct comparison *comparison, const struct published_state *before) {
    struct known_ids known = {.before = before};
    for (size_t i = 0; i < comparison->after->count; i++)
        compare_achievement(comparison, i, find_before(&known, i, comparison->after->achievements[i].id));
    string_map_release(&known.positions);
}

static void compare_levels(const struct comparison *comparison) {
    static const struct published_level unknown = {1, 1};
    for (size_t level = 0; level < comparison->after->level_count; level++) {
        const struct published_level *after = &comparison->after->levels[level];
        const struct published_level *before = level < comparison->level_count ? &comparison->levels[level] : &unknown;
        struct event event = {.has_level = true, .level = (uint32_t)level};
        event.type = EVENT_LEVEL_SUBPLANS_COMPLETE;
        if (!after->without_subplan && before->without_subplan)
            publish(comparison, event);
        event.type = EVENT_LEVEL_COMPLETED;
        if (!after->open && before->open)
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

/* Compares all, and replaces what was published. */
static bool compare_plan(struct published_state **state, const struct plan *plan, const struct changes_sink *sink) {
    struct published_state *before = *state;
    struct comparison comparison = {
        .plan = plan,
        .after = published_state_new(plan),
        .levels = before->levels,
        .level_count = before->level_count,
        .sink = sink,
    };
    if (is_changed(before, comparison.after))
        publish(&comparison, (struct event){.type = EVENT_PLAN_CHANGED});
    compare_achievements(&comparison, before);
    compare_levels(&comparison);
    published_state_free(before);
    *state = comparison.after;
    return comparison.is_holding;
}

static int compare_positions(const void *a, const void *b) {
    size_t left = *(const size_t *)a, right = *(const size_t *)b;
    return (left > right) - (left < right);
}

static void *copy(const void *items, size_t count, size_t size) {
    void *copied = memory_allocate(count, size);
    if (count)
        memcpy(copied, items, count * size);
    return copied;
}

/* Compares those at @changed, and changes just them in what was published. */
static bool compare_some(struct published_state *state, const struct plan *plan, const struct positions *changed,
                         const struct changes_sink *sink) {
    size_t *positions = copy(changed->items, changed->count, sizeof *positions);
    struct published_level *levels = copy(state->levels, state->level_count, sizeof *levels);
    struct comparison comparison = {
        .plan = plan, .after = state, .levels = levels, .level_count = state->level_count, .sink = sink};
    qsort(positions, changed->count, sizeof *positions, compare_positions);
    for (size_t i = 0; i < changed->count; i++) {
        struct published_achievement before = state->achievements[positions[i]];
        count_in_level(state, plan, positions[i], -1);
        remember(state, plan, positions[i]);
        count_in_level(state, plan, positions[i], 1);
        compare_achievement(&comparison, positions[i], &before);
    }
    compare_levels(&comparison);
    memory_free(positions);
    memory_free(levels);
    return comparison.is_holding;
}

bool changes_compare(struct published_state **state, const struct plan *plan, const struct positions *changed,
                     const struct changes_sink *sink) {
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
    return changed ? compare_some(*state, plan, changed, sink) : compare_plan(state, plan, sink);
}

void changes_remove(struct published_state *state, const struct changes_sink *sink) {
    sink->publish(sink->data, &(struct event){.type = EVENT_PLAN_REMOVED, .plan = state->name, .path = state->path});
    published_state_free(state);
}
