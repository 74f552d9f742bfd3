#include "plan/next_command.h"

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "document/document.h"
#include "plan/achievement.h"
#include "plan/graph.h"
#include "plan/standing.h"

enum { IDS_SHOWN_MOST = 8 };

/* A set of ready achievements that get the same command. */
struct group {
    const struct plan *plan;
    const bool *is_chosen; /* by position: of those; NULL for all */
    size_t *positions;
    size_t count;
    enum next_step step;
};

/* The possible commands, in the order of recommendation. */
static const struct command_row {
    enum next_step step;
    const char *verb, *option, *reason; /* option: NULL if the verb is about the whole plan */
} commands[] = {
    {STEP_REVIEW, "prompt review", "", "submitted, to be reviewed"},
    {STEP_EXECUTION, "create", "", "ready for EXECUTION_TASKs"},
    {STEP_REWORK, "create", " --rework", "sent back by a FIX, to be reworked"},
    {STEP_RESOLVE, "validate", NULL, "git conflict markers in the SUBPLAN, to be fixed"},
    {STEP_SUBPLAN, "create", " --kind subplan", "ready for SUBPLANs"},
    {STEP_FILL, "prompt fill", " --ready", "placeholders to fill in"},
    {STEP_WORK, "prompt execute", "", "ready to be worked on"},
};
enum { COMMANDS = sizeof commands / sizeof *commands };

static struct group ready_for(const struct plan *plan, const bool *is_chosen, struct arena *arena,
                              enum next_step step) {
    struct group group = {plan, is_chosen, arena_allocate(arena, plan->dependencies.count, sizeof(size_t)), 0, step};
    for (size_t i = 0; i < plan->dependencies.count; i++)
        if (plan->standings[i].is_ready && (!is_chosen || is_chosen[i]) &&
            achievement_first_step(&plan->standings[i]) == step)
            group.positions[group.count++] = i;
    return group;
}

/* The first @most ids: "3.1, 3.2 and 4 more" */
static const char *ids_of(const struct group *group, struct arena *arena, const char *separator, size_t most) {
    AUTO(buffer) text = {0};
    for (size_t i = 0; i < group->count && i < most; i++)
        buffer_append_format(&text, "%s%s", i ? separator : "",
                             group->plan->dependencies.achievements[group->positions[i]].id);
    if (group->count > most)
        buffer_append_format(&text, " and %zu more", group->count - most);
    return arena_copy(arena, buffer_text(&text), text.length);
}

/* "batchctl VERB PLAN" and what follows */
static const char *command(const struct plan *plan, struct arena *arena, const char *verb, const char *rest) {
    return arena_format(arena, "batchctl %s %s%s", verb, plan->reference, rest);
}

/* Is the group all on one level, and the only ones there that a command about the level would take? */
static bool is_level(const struct group *group) {
    const struct graph *graph = &group->plan->dependencies.graph;
    uint32_t level = graph->levels[group->positions[0]];
    size_t count = 0;
    for (uint32_t i = graph->level_nodes.start[level]; i < graph->level_nodes.start[level + 1]; i++) {
        const struct standing *standing = &group->plan->standings[graph->level_nodes.items[i]];
        enum next_step step = achievement_first_step(standing);
        bool is_bare = standing->next != STEP_NOTHING && standing->subplan == SUBPLAN_MISSING;
        if (group->step == STEP_EXECUTION && (step == STEP_SUBPLAN || step == STEP_FILL || step == STEP_RESOLVE))
            return false;
        count += group->step == STEP_SUBPLAN ? is_bare : step == group->step;
    }
    for (size_t i = 0; i < group->count; i++)
        if (graph->levels[group->positions[i]] != level)
            return false;
    return count == group->count;
}

/* Would the plain command for @step take this ready one too, or leave it out, against what is said of it? */
static bool is_doubtful(const struct standing *standing, enum next_step step) {
    enum next_step first = achievement_first_step(standing);
    if (first == step || step == STEP_REWORK)
        return first != standing->next;
    if (step == STEP_EXECUTION)
        return standing->subplan == SUBPLAN_PLACEHOLDER || standing->subplan == SUBPLAN_CONFLICTED;
    return step == STEP_FILL && standing->subplan == SUBPLAN_DRAFT;
}

static bool has_doubtful(const struct group *group) {
    for (size_t i = 0; i < group->plan->dependencies.count; i++)
        if (group->plan->standings[i].is_ready && is_doubtful(&group->plan->standings[i], group->step))
            return true;
    return false;
}

/* Is one ready for the same that is not to be taken? */
static bool has_others(const struct group *group) {
    for (size_t i = 0; group->is_chosen && i < group->plan->dependencies.count; i++)
        if (!group->is_chosen[i] && group->plan->standings[i].is_ready &&
            achievement_first_step(&group->plan->standings[i]) == group->step)
            return true;
    return false;
}

/* " --level N" or " --ids 3.1,3.2" if the plain command would not do, or not seem to do, just this group. */
static const char *selection_of(const struct group *group, const struct command_row *row, struct arena *arena) {
    if (!row->option)
        return "";
    bool is_creation = row->step == STEP_EXECUTION || row->step == STEP_SUBPLAN || row->step == STEP_REWORK;
    if (is_creation && is_level(group))
        return arena_format(arena, "%s --level %u", row->option,
                            group->plan->dependencies.graph.levels[group->positions[0]]);
    bool is_part = has_others(group), needs_ids = row->step == STEP_REVIEW || has_doubtful(group);
    if (!is_part && (group->count > IDS_SHOWN_MOST || !needs_ids))
        return row->option;
    return arena_format(arena, "%s --ids %s", row->step == STEP_FILL ? "" : row->option,
                        ids_of(group, arena, ",", group->count));
}

static const struct command_row *row_of(enum next_step step) {
    size_t i = 0;
    while (commands[i].step != step)
        i++;
    return &commands[i];
}

struct next_command next_command_of_one(const struct plan *plan, size_t position, struct arena *arena) {
    const struct command_row *row = row_of(achievement_first_step(&plan->standings[position]));
    const char *id = plan->dependencies.achievements[position].id;
    const char *option = row->step == STEP_FILL ? "" : row->option;
    const char *rest = row->option ? arena_format(arena, "%s --ids %s", option, id) : "";
    return (struct next_command){next_step_name(row->step), command(plan, arena, row->verb, rest),
                                 arena_format(arena, "%s: %s", row->reason, id)};
}

const char *next_command_now(const struct plan *plan, size_t position, struct arena *arena) {
    const struct standing *standing = &plan->standings[position];
    bool is_design = standing->next == STEP_SUBPLAN || standing->next == STEP_FILL || standing->next == STEP_RESOLVE;
    bool is_possible = plan->is_valid && (standing->is_ready || is_design);
    return is_possible ? next_command_of_one(plan, position, arena).command : NULL;
}

static struct next_command advise_ready(const struct plan *plan, const bool *is_chosen, struct arena *arena) {
    for (const struct command_row *row = commands; row < commands + COMMANDS; row++) {
        struct group group = ready_for(plan, is_chosen, arena, row->step);
        if (group.count)
            return (struct next_command){
                next_step_name(row->step), command(plan, arena, row->verb, selection_of(&group, row, arena)),
                arena_format(arena, "%s: %s", row->reason, ids_of(&group, arena, ", ", IDS_SHOWN_MOST))};
    }
    return is_chosen ? (struct next_command){"none", NULL, "nothing of this is ready"}
                     : (struct next_command){"blocked", NULL, "nothing is ready"};
}

static bool is_complete(const struct plan *plan) {
    size_t position = 0;
    while (position < plan->dependencies.count && !plan_is_open(plan, position))
        position++;
    return position == plan->dependencies.count;
}

struct next_command next_command_make(const struct plan *plan, const bool *is_chosen, struct arena *arena) {
    if (!plan->is_valid)
        return (struct next_command){"validate", command(plan, arena, "validate", ""),
                                     arena_format(arena, "the plan has %zu error%s", plan->diagnostics.error_count,
                                                  text_plural(plan->diagnostics.error_count))};
    if (plan->dependencies.count && is_complete(plan))
        return (struct next_command){"done", NULL, "everything is complete"};
    if (!plan->has_graph)
        return (struct next_command){
            "graph", command(plan, arena, "init --graph", ""),
            arena_format(arena, "no parallel.json yet; or have an LLM find it: batchctl prompt discover %s",
                         plan->reference)};
    if (plan->dependencies.count == 0)
        return (struct next_command){"empty", NULL, "the plan has no achievements"};
    return advise_ready(plan, is_chosen, arena);
}
