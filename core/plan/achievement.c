#include "plan/achievement.h"

#include <string.h>

#include "base/memory.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/graph.h"

/* --- state --- */

static const char *const state_names[] = {"not_started", "subplan_created", "execution_created",
                                          "failed",      "skipped",         "complete"};

const char *achievement_state_name(enum achievement_state state) {
    return state_names[state];
}

enum achievement_state achievement_state_find(const char *name) {
    for (enum achievement_state state = STATE_COMPLETE; state > STATE_NOT_STARTED; state--)
        if (strcmp(name, state_names[state]) == 0)
            return state;
    return STATE_NOT_STARTED;
}

const char *achievement_state_label(enum achievement_state state) {
    static const char *const labels[] = {"not started", "SUBPLAN", "EXECUTION_TASK", "failed", "skipped", "complete"};
    return labels[state];
}

const char *achievement_label(const struct standing *standing) {
    bool is_whole = standing->state != STATE_SUBPLAN_CREATED || standing->subplan == SUBPLAN_COMPLETE;
    return is_whole ? achievement_state_label(standing->state) : subplan_state_name(standing->subplan);
}

/* --- need --- */

const char *next_step_name(enum next_step step) {
    static const char *const names[] = {NULL, "subplan", "fill", "resolve", "execution", "work", "rework"};
    return names[step];
}

const char *next_step_purpose(enum next_step step) {
    return next_step_name(step == STEP_FILL || step == STEP_RESOLVE ? STEP_SUBPLAN : step);
}

const char *achievement_ready_for(const struct standing *standing) {
    return standing->is_ready ? next_step_purpose(standing->next) : NULL;
}

static const char fix_conflict[] = "fix the conflict markers";

static void append_rework(struct buffer *text, const struct standing *standing) {
    buffer_append_format(text, "sent back by %s: ", names_base(standing->fix_file));
    if (standing->subplan == SUBPLAN_MISSING)
        buffer_append_string(text, "create its SUBPLAN, then its rework EXECUTION_TASK");
    else if (standing->subplan == SUBPLAN_PLACEHOLDER)
        buffer_append_string(text, "fill in its SUBPLAN, then create its rework EXECUTION_TASK");
    else if (standing->subplan == SUBPLAN_CONFLICTED)
        buffer_append_format(text, "%s (line %u) in its SUBPLAN, then create its rework EXECUTION_TASK", fix_conflict,
                             standing->conflict_line);
    else
        buffer_append_string(text, "create its rework EXECUTION_TASK");
}

void achievement_append_need(struct buffer *text, const struct standing *standing) {
    bool is_draft = standing->subplan == SUBPLAN_DRAFT;
    switch (standing->next) {
    case STEP_NOTHING:
        break;
    case STEP_SUBPLAN:
        buffer_append_string(text, "create its SUBPLAN");
        break;
    case STEP_FILL:
        buffer_append_string(text, "SUBPLAN is a placeholder: fill it in");
        break;
    case STEP_RESOLVE:
        buffer_append_format(text, "%s (line %u)", fix_conflict, standing->conflict_line);
        break;
    case STEP_EXECUTION:
        buffer_append_format(text, "create its EXECUTION_TASK%s", is_draft ? " (its SUBPLAN is a draft)" : "");
        break;
    case STEP_WORK:
        buffer_append_string(text, standing->rework_file ? "rework it in " : "work on it");
        buffer_append_string(text, standing->rework_file ? names_base(standing->rework_file) : "");
        break;
    case STEP_REWORK:
        append_rework(text, standing);
        break;
    }
}

/* --- what waits for it --- */

void achievement_count_blocked(const struct plan *plan, uint32_t *counts) {
    size_t count = plan->dependencies.count;
    bool *is_open = memory_allocate(count, sizeof *is_open);
    for (size_t i = 0; i < count; i++) {
        is_open[i] = plan_is_open(plan, i);
        counts[i] = 0;
    }
    if (plan->has_graph)
        graph_count_dependents(&plan->dependencies.graph, is_open, counts);
    memory_free(is_open);
}
