#include "view/event.h"

#include <string.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/string_map.h"
#include "document/document.h"
#include "plan/achievement.h"
#include "plan/graph.h"
#include "plan/standing.h"

static const char *const type_names[EVENT_TYPES] = {
    [EVENT_PLAN_ADDED] = "plan.added",
    [EVENT_PLAN_REMOVED] = "plan.removed",
    [EVENT_PLAN_CHANGED] = "plan.changed",
    [EVENT_PLAN_INVALID] = "plan.invalid",
    [EVENT_SUBPLAN_CREATED] = "subplan.created",
    [EVENT_SUBPLAN_COMPLETED] = "subplan.completed",
    [EVENT_SUBPLAN_REOPENED] = "subplan.reopened",
    [EVENT_SUBPLAN_REMOVED] = "subplan.removed",
    [EVENT_EXECUTION_CREATED] = "execution.created",
    [EVENT_EXECUTION_REMOVED] = "execution.removed",
    [EVENT_ACHIEVEMENT_SUBMITTED] = "achievement.submitted",
    [EVENT_ACHIEVEMENT_COMPLETED] = "achievement.completed",
    [EVENT_ACHIEVEMENT_SKIPPED] = "achievement.skipped",
    [EVENT_ACHIEVEMENT_REOPENED] = "achievement.reopened",
    [EVENT_ACHIEVEMENT_FAILED] = "achievement.failed",
    [EVENT_ACHIEVEMENT_READY] = "achievement.ready",
    [EVENT_LEVEL_SUBPLANS_COMPLETE] = "level.subplans_complete",
    [EVENT_LEVEL_COMPLETED] = "level.completed",
    [EVENT_BATCH_CREATED] = "batch.created",
    [EVENT_BATCH_UNDONE] = "batch.undone",
    [EVENT_BATCH_FAILED] = "batch.failed",
    [EVENT_WATCH_OVERFLOW] = "watch.overflow",
    [EVENT_WATCH_DEGRADED] = "watch.degraded",
    [EVENT_WATCH_RECOVERED] = "watch.recovered",
    [EVENT_RESYNC] = "resync",
};

const char *event_type_name(enum event_type type) {
    return type_names[type];
}

bool event_type_find(const char *name, enum event_type *type) {
    for (*type = 0; *type < EVENT_TYPES; ++*type)
        if (strcmp(name, type_names[*type]) == 0)
            return true;
    return false;
}

/* --- what is known --- */

struct told_level {
    bool has_subplans; /* see EVENT_LEVEL_SUBPLANS_COMPLETE */
    bool is_completed;
};

struct told_achievement {
    const char *id;
    enum achievement_state state;
    enum subplan_state subplan;
    bool is_ready, is_sent_back;
    const unsigned *numbers; /* of its EXECUTION_TASKs, ascending, without repetition */
    size_t number_count;
};

struct told {
    struct arena arena;
    const char *name, *path;
    char dependency_digest[DIGEST_FAST_TEXT];
    bool is_valid;
    struct told_achievement *achievements;
    size_t count;
    struct told_level *levels;
    size_t level_count;
};

static void remember_numbers(struct arena *arena, struct told_achievement *known, const struct standing *standing) {
    unsigned *numbers = arena_allocate(arena, standing->execution_count, sizeof *numbers);
    for (size_t i = 0; i < standing->execution_count; i++)
        if (known->number_count == 0 || numbers[known->number_count - 1] != standing->executions[i].number)
            numbers[known->number_count++] = standing->executions[i].number;
    known->numbers = numbers;
}

static bool is_closed(const struct told_achievement *known) {
    return known->state == STATE_COMPLETE || known->state == STATE_SKIPPED;
}

static void remember_levels(struct told *told, const struct plan *plan) {
    const struct graph *graph = &plan->dependencies.graph;
    told->level_count = plan->has_graph ? graph->level_count : 0;
    told->levels = arena_allocate(&told->arena, told->level_count, sizeof *told->levels);
    for (size_t level = 0; level < told->level_count; level++)
        told->levels[level] = (struct told_level){true, true};
    for (size_t i = 0; told->level_count && i < told->count; i++) {
        struct told_level *level = &told->levels[graph->levels[i]];
        bool is_done = is_closed(&told->achievements[i]);
        level->is_completed &= is_done;
        level->has_subplans &= is_done || told->achievements[i].subplan == SUBPLAN_COMPLETE;
    }
}

struct told *told_new(const struct plan *plan) {
    struct told *told = memory_allocate(1, sizeof *told);
    told->name = arena_copy(&told->arena, plan->name, strlen(plan->name));
    told->path = arena_copy(&told->arena, plan->path, strlen(plan->path));
    memcpy(told->dependency_digest, plan->dependency_digest, sizeof told->dependency_digest);
    told->is_valid = plan->is_valid;
    told->count = plan->standing_count;
    told->achievements = arena_allocate(&told->arena, told->count, sizeof *told->achievements);
    for (size_t i = 0; i < told->count; i++) {
        const struct standing *standing = &plan->standings[i];
        const char *id = plan->dependencies.achievements[i].id;
        told->achievements[i] = (struct told_achievement){
            .id = arena_copy(&told->arena, id, strlen(id)),
            .state = standing->state,
            .subplan = standing->subplan,
            .is_ready = standing->is_ready,
            .is_sent_back = standing->next == STEP_REWORK,
        };
        remember_numbers(&told->arena, &told->achievements[i], standing);
    }
    remember_levels(told, plan);
    return told;
}

void told_free(struct told *told) {
    if (!told)
        return;
    arena_release(&told->arena);
    memory_free(told);
}

/* --- comparing --- */

struct comparison {
    const struct plan *plan;
    const struct told *before;
    struct told *after;
    const struct events_sink *sink;
    bool is_holding;
};

static void tell(const struct comparison *comparison, struct event event) {
    event.plan = comparison->after->name;
    event.path = comparison->after->path;
    comparison->sink->tell(comparison->sink->data, &event);
}

/* About the achievement at @position. */
static void tell_of(const struct comparison *comparison, size_t position, struct event event) {
    event.achievement = comparison->after->achievements[position].id;
    event.has_level = comparison->plan->has_graph;
    event.level = event.has_level ? comparison->plan->dependencies.graph.levels[position] : 0;
    tell(comparison, event);
}

/* A SUBPLAN that became complete, or stopped being so, while it is being written is left as it was known. */
static void hold_back(struct comparison *comparison, size_t position, const struct told_achievement *before) {
    struct told_achievement *after = &comparison->after->achievements[position];
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
        tell_of(comparison, position, event);
        return;
    }
    if (before == SUBPLAN_MISSING) {
        event.type = EVENT_SUBPLAN_CREATED;
        tell_of(comparison, position, event);
    }
    if (after == SUBPLAN_COMPLETE || before == SUBPLAN_COMPLETE) {
        event.type = after == SUBPLAN_COMPLETE ? EVENT_SUBPLAN_COMPLETED : EVENT_SUBPLAN_REOPENED;
        tell_of(comparison, position, event);
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
                               const struct told_achievement *before) {
    const struct told_achievement *after = &comparison->after->achievements[position];
    size_t old_count = before ? before->number_count : 0;
    for (size_t i = 0, k = 0; i < old_count || k < after->number_count;) {
        bool is_removed = k == after->number_count || (i < old_count && before->numbers[i] < after->numbers[k]);
        bool is_created = i == old_count || (k < after->number_count && after->numbers[k] < before->numbers[i]);
        unsigned number = is_removed ? before->numbers[i] : after->numbers[k];
        i += !is_created;
        k += !is_removed;
        if (is_removed || is_created)
            tell_of(comparison, position,
                    (struct event){
                        .type = is_removed ? EVENT_EXECUTION_REMOVED : EVENT_EXECUTION_CREATED,
                        .file = execution_file(&comparison->plan->standings[position], number),
                    });
    }
}

static void tell_ready(const struct comparison *comparison, size_t position) {
    const struct standing *standing = &comparison->plan->standings[position];
    struct buffer need = {0};
    achievement_append_need(&need, standing);
    tell_of(comparison, position,
            (struct event){
                .type = EVENT_ACHIEVEMENT_READY, .step = achievement_ready_for(standing), .need = buffer_text(&need)});
    buffer_release(&need);
}

/* A FIX is news when the achievement was in another state, and when none was open; not because its answer has gone. */
static bool is_sent_back_now(const struct comparison *comparison, size_t position,
                             const struct told_achievement *before) {
    const struct told_achievement *after = &comparison->after->achievements[position];
    if (after->state != STATE_FAILED || !before || before->state != STATE_FAILED)
        return after->state == STATE_FAILED;
    return after->is_sent_back && !before->is_sent_back && after->number_count >= before->number_count;
}

static void compare_state(const struct comparison *comparison, size_t position, const struct told_achievement *before) {
    const struct standing *standing = &comparison->plan->standings[position];
    enum achievement_state old = before ? before->state : STATE_NOT_STARTED;
    bool is_submitted = standing->state != old && standing->state == STATE_SUBMITTED;
    if (is_submitted)
        tell_of(comparison, position,
                (struct event){.type = EVENT_ACHIEVEMENT_SUBMITTED, .file = achievement_submission(standing)->file});
    if (standing->state != old && standing->state == STATE_COMPLETE)
        tell_of(comparison, position,
                (struct event){.type = EVENT_ACHIEVEMENT_COMPLETED, .file = standing->approved_file});
    if (standing->state != old && standing->state == STATE_SKIPPED)
        tell_of(comparison, position,
                (struct event){.type = EVENT_ACHIEVEMENT_SKIPPED, .file = standing->skipped_file});
    if (before && is_closed(before) && !is_closed(&comparison->after->achievements[position]))
        tell_of(comparison, position, (struct event){.type = EVENT_ACHIEVEMENT_REOPENED});
    if (is_sent_back_now(comparison, position, before))
        tell_of(comparison, position, (struct event){.type = EVENT_ACHIEVEMENT_FAILED, .file = standing->fix_file});
    if (standing->is_ready && (is_submitted || !(before && before->is_ready)))
        tell_ready(comparison, position);
}

/* What was known of the achievement @id, which is nearly always at the same position. */
static const struct told_achievement *find_before(const struct told *before, const struct string_map *ids,
                                                  size_t position, const char *id) {
    if (position < before->count && strcmp(before->achievements[position].id, id) == 0)
        return &before->achievements[position];
    return string_map_find(ids, span_of(id), &position) ? &before->achievements[position] : NULL;
}

static void compare_achievements(struct comparison *comparison) {
    struct string_map ids = {0};
    for (size_t i = 0; i < comparison->before->count; i++) {
        size_t position = i;
        string_map_add(&ids, comparison->before->achievements[i].id, &position);
    }
    for (size_t i = 0; i < comparison->after->count; i++) {
        const struct told_achievement *before =
            find_before(comparison->before, &ids, i, comparison->after->achievements[i].id);
        hold_back(comparison, i, before);
        compare_subplan(comparison, i, before ? before->subplan : SUBPLAN_MISSING);
        compare_executions(comparison, i, before);
        compare_state(comparison, i, before);
    }
    string_map_release(&ids);
}

static void compare_levels(const struct comparison *comparison) {
    static const struct told_level nothing = {0};
    const struct told *before = comparison->before, *after = comparison->after;
    for (size_t level = 0; level < after->level_count; level++) {
        const struct told_level *old = level < before->level_count ? &before->levels[level] : &nothing;
        struct event event = {.has_level = true, .level = (uint32_t)level};
        event.type = EVENT_LEVEL_SUBPLANS_COMPLETE;
        if (after->levels[level].has_subplans && !old->has_subplans)
            tell(comparison, event);
        event.type = EVENT_LEVEL_COMPLETED;
        if (after->levels[level].is_completed && !old->is_completed)
            tell(comparison, event);
    }
}

/* While a plan is invalid, what is known of its achievements stays, and is compared when it is valid again. */
static void tell_invalid(struct told *told, const struct plan *plan, const struct events_sink *sink) {
    const char *reason = NULL;
    for (size_t i = 0; i < plan->diagnostics.count && !reason; i++)
        if (plan->diagnostics.items[i].severity == SEVERITY_ERROR)
            reason = plan->diagnostics.items[i].message;
    if (told->is_valid)
        sink->tell(
            sink->data,
            &(struct event){.type = EVENT_PLAN_INVALID, .plan = told->name, .path = told->path, .reason = reason});
    told->is_valid = false;
}

static bool is_changed(const struct told *before, const struct told *after) {
    return !before->is_valid || strcmp(before->name, after->name) != 0 ||
           strcmp(before->dependency_digest, after->dependency_digest) != 0;
}

bool events_compare(struct told **told, const struct plan *plan, const struct events_sink *sink) {
    if (!*told) {
        *told = told_new(plan);
        sink->tell(sink->data, &(struct event){.type = EVENT_PLAN_ADDED, .plan = (*told)->name, .path = (*told)->path});
        if (!plan->is_valid) {
            (*told)->is_valid = true; /* that it is not is news */
            tell_invalid(*told, plan, sink);
        }
        return false;
    }
    if (!plan->is_valid) {
        tell_invalid(*told, plan, sink);
        return false;
    }
    struct comparison comparison = {.plan = plan, .before = *told, .after = told_new(plan), .sink = sink};
    if (is_changed(comparison.before, comparison.after))
        tell(&comparison, (struct event){.type = EVENT_PLAN_CHANGED});
    compare_achievements(&comparison);
    remember_levels(comparison.after, plan); /* without what is held back */
    compare_levels(&comparison);
    told_free(*told);
    *told = comparison.after;
    return comparison.is_holding;
}

void events_remove(struct told *told, const struct events_sink *sink) {
    if (told)
        sink->tell(sink->data, &(struct event){.type = EVENT_PLAN_REMOVED, .plan = told->name, .path = told->path});
    told_free(told);
}
