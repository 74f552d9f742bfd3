#include "advice.h"

enum { IDS_SHOWN_MOST = 8 };

/* A set of ready achievements with the same need. */
struct group {
    const struct plan *plan;
    size_t *positions;
    size_t count;
};

typedef bool subplan_test(enum subplan_state subplan);

static bool is_any(enum subplan_state subplan) {
    (void)subplan;
    return true;
}

static bool is_complete(enum subplan_state subplan) {
    return subplan == SUBPLAN_COMPLETE;
}

static bool is_incomplete(enum subplan_state subplan) {
    return subplan != SUBPLAN_COMPLETE;
}

static bool is_missing(enum subplan_state subplan) {
    return subplan == SUBPLAN_MISSING;
}

static bool is_conflicted(enum subplan_state subplan) {
    return subplan == SUBPLAN_CONFLICTED;
}

static bool is_clean(enum subplan_state subplan) {
    return subplan != SUBPLAN_CONFLICTED;
}

/* Those that are ready for the step, and whose SUBPLAN passes. */
static struct group ready_for(const struct plan *plan, struct arena *arena, enum next_step step, subplan_test *test) {
    struct group group = {plan, arena_allocate(arena, plan->dependencies.count, sizeof(size_t)), 0};
    for (size_t i = 0; i < plan->dependencies.count; i++) {
        const struct standing *standing = &plan->standings[i];
        if (standing->is_ready && standing->next == step && test(standing->subplan))
            group.positions[group.count++] = i;
    }
    return group;
}

static const char *id_of(const struct group *group, size_t i) {
    return group->plan->dependencies.achievements[group->positions[i]].id;
}

/* "3.1, 3.2 and 4 more" */
static const char *ids_of(const struct group *group, struct arena *arena) {
    struct buffer text = {0};
    for (size_t i = 0; i < group->count && i < IDS_SHOWN_MOST; i++)
        buffer_append_format(&text, "%s%s", i ? ", " : "", id_of(group, i));
    if (group->count > IDS_SHOWN_MOST)
        buffer_append_format(&text, " and %zu more", group->count - IDS_SHOWN_MOST);
    const char *result = arena_copy(arena, buffer_text(&text), text.length);
    buffer_release(&text);
    return result;
}

/* "batchctl VERB PLAN" and what follows */
static const char *command(const struct plan *plan, struct arena *arena, const char *verb, const char *rest) {
    return arena_format(arena, "batchctl %s %s%s", verb, plan->reference, rest);
}

/*
 * " --level N" if that selects just this group: all of it on one level, and every open achievement there is in it or
 * has what the group lacks. Otherwise "", which means the ready ones.
 */
static const char *level_option(const struct group *group, struct arena *arena, enum next_step step) {
    const struct graph *graph = &group->plan->dependencies.graph;
    uint32_t level = graph->levels[group->positions[0]];
    size_t lacking = 0;
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++) {
        const struct standing *standing = &group->plan->standings[graph->level_nodes.items[i]];
        if (standing->next == STEP_SUBPLAN && step == STEP_EXECUTION)
            return "";
        lacking += standing->next == step;
    }
    for (size_t i = 0; i < group->count; i++)
        if (graph->levels[group->positions[i]] != level)
            return "";
    return lacking == group->count ? arena_format(arena, " --level %u", level) : "";
}

/* What is ready needs somebody to do it, who is told what by a prompt. */
static struct advice about_doing(const struct group *group, struct arena *arena, const char *verb, const char *option,
                                 const char *what) {
    return (struct advice){command(group->plan, arena, verb, option),
                           arena_format(arena, "%s: %s", what, ids_of(group, arena))};
}

static struct advice about_creating(const struct group *group, struct arena *arena, enum next_step step,
                                    const char *option, const char *what) {
    const char *rest = arena_format(arena, "%s%s", option, level_option(group, arena, step));
    return (struct advice){command(group->plan, arena, "create", rest),
                           arena_format(arena, "%s: %s", what, ids_of(group, arena))};
}

/* Those that a FIX has sent back; first the ones whose SUBPLAN is missing, without which there is no EXECUTION_TASK. */
static bool advise_rework(const struct plan *plan, struct arena *arena, struct advice *advice) {
    struct group group = ready_for(plan, arena, STEP_REWORK, is_clean);
    if (group.count == 0)
        return false;
    for (size_t i = 0; i < group.count; i++)
        if (plan->standings[group.positions[i]].subplan == SUBPLAN_MISSING) {
            const char *id = id_of(&group, i);
            *advice =
                (struct advice){command(plan, arena, "create", arena_format(arena, " --kind subplan --ids %s", id)),
                                arena_format(arena, "sent back by a FIX, but without a SUBPLAN: %s", id)};
            return true;
        }
    *advice = about_creating(&group, arena, STEP_REWORK, " --rework", "sent back by a FIX, to be reworked");
    return true;
}

/* Markers in the SUBPLANs that something is to be made from: only a person can decide what stays. */
static bool advise_conflicts(const struct plan *plan, struct arena *arena, struct advice *advice) {
    struct group group = ready_for(plan, arena, STEP_SUBPLAN, is_conflicted);
    if (group.count == 0)
        group = ready_for(plan, arena, STEP_REWORK, is_conflicted);
    if (group.count)
        *advice = about_doing(&group, arena, "validate", "", "git conflict markers in the SUBPLAN, to be fixed");
    return group.count > 0;
}

static struct advice advise_ready(const struct plan *plan, struct arena *arena) {
    struct advice advice;
    struct group group = ready_for(plan, arena, STEP_EXECUTION, is_complete);
    if (group.count)
        return about_creating(&group, arena, STEP_EXECUTION, "", "ready for EXECUTION_TASKs");
    if (advise_rework(plan, arena, &advice) || advise_conflicts(plan, arena, &advice))
        return advice;
    group = ready_for(plan, arena, STEP_SUBPLAN, is_missing);
    if (group.count)
        return about_creating(&group, arena, STEP_SUBPLAN, " --kind subplan", "ready for SUBPLANs");
    group = ready_for(plan, arena, STEP_EXECUTION, is_incomplete);
    if (group.count)
        return about_doing(&group, arena, "prompt fill", " --ready", "SUBPLANs to be completed");
    group = ready_for(plan, arena, STEP_WORK, is_any);
    if (group.count)
        return about_doing(&group, arena, "prompt execute", "", "ready to be worked on");
    return (struct advice){NULL, "everything is complete"};
}

struct advice advice_make(const struct plan *plan, struct arena *arena) {
    if (!plan->is_valid)
        return (struct advice){command(plan, arena, "validate", ""),
                               arena_format(arena, "the plan has %zu error%s", plan->diagnostics.error_count,
                                            plan->diagnostics.error_count == 1 ? "" : "s")};
    if (!plan->has_graph)
        return (struct advice){
            command(plan, arena, "init --graph", ""),
            arena_format(arena,
                         "without a parallel.json nothing can be called ready; \"batchctl init --graph %s\" takes it "
                         "from the PLAN, and \"batchctl prompt discover %s\" has an LLM find it",
                         plan->reference, plan->reference)};
    if (plan->dependencies.count == 0)
        return (struct advice){NULL, "the plan has no achievements"};
    return advise_ready(plan, arena);
}
