#include "plan/standing.h"

/* The first open FIX, or the first SUBMITTED that counts; NULL if there is none. */
static const struct review *find_review(const struct standing *standing, bool wants_open) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (wants_open ? standing->reviews[i].is_open : standing->reviews[i].counts)
            return &standing->reviews[i];
    return NULL;
}

static enum next_step design_step(enum subplan_state subplan) {
    return subplan == SUBPLAN_PLACEHOLDER ? STEP_FILL : subplan == SUBPLAN_CONFLICTED ? STEP_RESOLVE : STEP_EXECUTION;
}

static void choose_row(struct standing *standing) {
    const struct {
        bool applies;
        enum achievement_state state;
        enum next_step next;
    } rows[] = {
        {standing->approved_file, STATE_COMPLETE, STEP_NOTHING},
        {standing->skipped_file, STATE_SKIPPED, STEP_NOTHING},
        {find_review(standing, false), STATE_SUBMITTED, STEP_REVIEW},
        {find_review(standing, true), STATE_FAILED, STEP_REWORK},
        {standing->fix_file, STATE_FAILED, STEP_WORK},
        {standing->execution_count, STATE_EXECUTION_CREATED, STEP_WORK},
        {standing->subplan_file, STATE_SUBPLAN_CREATED, design_step(standing->subplan)},
        {true, STATE_NOT_STARTED, STEP_SUBPLAN},
    };
    size_t i = 0;
    while (!rows[i].applies)
        i++;
    standing->state = rows[i].state;
    standing->next = rows[i].next;
}

static bool rests_on(const struct standing *standing, const struct review *review) {
    switch (standing->state) {
    case STATE_COMPLETE:
        return review->kind == NAME_APPROVED;
    case STATE_SKIPPED:
        return review->kind == NAME_SKIPPED;
    case STATE_SUBMITTED:
        return review->counts;
    default:
        return review->is_open;
    }
}

void standing_settle(struct standing *standing) {
    choose_row(standing);
    standing->conflict_file = NULL;
    standing->conflict_file_line = 0;
    for (size_t i = 0; i < standing->review_count && !standing->conflict_file; i++) {
        const struct review *review = &standing->reviews[i];
        if (review->conflict_line && rests_on(standing, review)) {
            standing->conflict_file = review->file;
            standing->conflict_file_line = review->conflict_line;
        }
    }
    const struct execution *last =
        standing->execution_count ? &standing->executions[standing->execution_count - 1] : NULL;
    if (last && standing->next == STEP_WORK && last->conflict_line) {
        standing->conflict_file = last->file;
        standing->conflict_file_line = last->conflict_line;
    }
    if (standing->conflict_file) {
        standing->state = STATE_CONFLICTED;
        standing->next = STEP_RESOLVE;
    }
    if (standing->state != STATE_FAILED || standing->next != STEP_WORK)
        standing->rework_file = NULL;
}
