#include "plan/achievement.h"

#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "document/document.h"
#include "document/names.h"
#include "plan/graph.h"
#include "plan/standing.h"

/* --- state --- */

static const char *const state_names[] = {"not_started", "subplan_created", "execution_created", "submitted",
                                          "failed",      "conflicted",      "skipped",           "complete"};

const struct review *achievement_submission(const struct standing *standing) {
    const struct review *last = NULL;
    for (size_t i = 0; i < standing->review_count && standing->state == STATE_SUBMITTED; i++)
        if (standing->reviews[i].counts)
            last = &standing->reviews[i];
    return last;
}

const char *achievement_state_name(enum achievement_state state) {
    return state_names[state];
}

const char *achievement_state_label(enum achievement_state state) {
    static const char *const labels[] = {"not started", "SUBPLAN",    "EXECUTION_TASK", "submitted",
                                         "failed",      "conflicted", "skipped",        "complete"};
    return labels[state];
}

const char *achievement_label(const struct standing *standing) {
    bool is_whole = standing->state != STATE_SUBPLAN_CREATED || standing->subplan == SUBPLAN_COMPLETE;
    return is_whole ? achievement_state_label(standing->state) : subplan_state_name(standing->subplan);
}

/* --- need --- */

static const char *const step_names[] = {NULL, "subplan", "fill", "resolve", "execution", "work", "rework", "review"};

const char *next_step_name(enum next_step step) {
    return step_names[step];
}

bool next_step_find(const char *name, enum next_step *step) {
    *step = STEP_NOTHING;
    for (size_t i = 1; i < sizeof step_names / sizeof *step_names && name && !*step; i++)
        if (strcmp(name, step_names[i]) == 0)
            *step = (enum next_step)i;
    return !name || *step;
}

const char *next_step_purpose(enum next_step step) {
    return next_step_name(step == STEP_FILL || step == STEP_RESOLVE ? STEP_SUBPLAN : step);
}

enum next_step achievement_first_step(const struct standing *standing) {
    static const enum next_step steps[] = {[SUBPLAN_MISSING] = STEP_SUBPLAN,
                                           [SUBPLAN_PLACEHOLDER] = STEP_FILL,
                                           [SUBPLAN_CONFLICTED] = STEP_RESOLVE,
                                           [SUBPLAN_DRAFT] = STEP_REWORK,
                                           [SUBPLAN_COMPLETE] = STEP_REWORK};
    return standing->next == STEP_REWORK ? steps[standing->subplan] : standing->next;
}

const char *achievement_needs(const struct standing *standing) {
    return standing->state == STATE_CONFLICTED ? NULL : next_step_purpose(standing->next);
}

const char *achievement_ready_for(const struct standing *standing) {
    return standing->is_ready ? achievement_needs(standing) : NULL;
}

static const char fix_conflict[] = "fix the conflict markers";

static void append_rework(struct buffer *text, const struct standing *standing) {
    buffer_append_format(text, "sent back by %s: ", names_base(standing_rare(standing)->fix_file));
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

static void append_review(struct buffer *text, const struct standing *standing) {
    const struct review *submission = achievement_submission(standing);
    buffer_append_string(text, "submitted");
    if (submission->by) {
        buffer_append_string(text, " by ");
        text_append_visible(text, span_of(submission->by));
    }
    buffer_append_format(text, " (work order %02u): review it", submission->number);
}

const struct completion_claim *achievement_claim(const struct standing *standing) {
    return standing->next == STEP_WORK ? standing_rare(standing)->claim : NULL;
}

void achievement_append_claim(struct buffer *text, const struct standing *standing) {
    const struct completion_claim *claim = achievement_claim(standing);
    if (claim)
        buffer_append_format(text, "says it is complete (line %u): submit or review it", claim->line);
}

void achievement_append_need(struct buffer *text, const struct standing *standing) {
    bool is_draft = standing->subplan == SUBPLAN_DRAFT;
    switch (standing->next) {
    case STEP_NOTHING:
        break;
    case STEP_SUBPLAN:
        buffer_append_string(text, "write SUBPLAN");
        break;
    case STEP_FILL:
        buffer_append_string(text, "fill in SUBPLAN");
        break;
    case STEP_RESOLVE:
        buffer_append_format(text, "%s (line %u)", fix_conflict,
                             standing_rare(standing)->conflict_file ? standing_rare(standing)->conflict_file_line
                                                                    : standing->conflict_line);
        if (standing_rare(standing)->conflict_file)
            buffer_append_format(text, " in %s", names_base(standing_rare(standing)->conflict_file));
        break;
    case STEP_EXECUTION:
        buffer_append_format(text, "create its EXECUTION_TASK%s", is_draft ? " (its SUBPLAN is a draft)" : "");
        break;
    case STEP_WORK:
        buffer_append_string(text, standing_rare(standing)->rework_file ? "rework it in " : "work on it");
        buffer_append_string(
            text, standing_rare(standing)->rework_file ? names_base(standing_rare(standing)->rework_file) : "");
        if (achievement_claim(standing))
            buffer_append_string(text, "; it ");
        achievement_append_claim(text, standing);
        break;
    case STEP_REVIEW:
        append_review(text, standing);
        break;
    case STEP_REWORK:
        append_rework(text, standing);
        break;
    }
}
