#include "plan/standing.h"

const struct standing_rare *standing_rare(const struct standing *standing) {
    static const struct standing_rare none;
    return standing->rare ? standing->rare : &none;
}

struct standing_rare *standing_make_rare(struct standing *standing, struct arena *arena) {
    if (!standing->rare)
        standing->rare = arena_allocate(arena, 1, sizeof *standing->rare);
    return standing->rare;
}

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
        {standing_rare(standing)->fix_file, STATE_FAILED, STEP_WORK},
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

/* The file with a conflict that the state rests on, and the line; NULL if there is none. */
static const char *find_conflict(const struct standing *standing, unsigned *line) {
    const struct execution *last =
        standing->execution_count ? &standing->executions[standing->execution_count - 1] : NULL;
    if (last && standing->next == STEP_WORK && last->conflict_line) {
        *line = last->conflict_line;
        return last->file;
    }
    for (size_t i = 0; i < standing->review_count; i++) {
        const struct review *review = &standing->reviews[i];
        if (review->conflict_line && rests_on(standing, review)) {
            *line = review->conflict_line;
            return review->file;
        }
    }
    *line = 0;
    return NULL;
}

void standing_settle(struct standing *standing, struct arena *arena) {
    unsigned line;
    choose_row(standing);
    const char *conflict = find_conflict(standing, &line);
    if (conflict) {
        standing->state = STATE_CONFLICTED;
        standing->next = STEP_RESOLVE;
    }
    if (!conflict && !standing->rare)
        return;
    struct standing_rare *rare = standing_make_rare(standing, arena);
    rare->conflict_file = conflict;
    rare->conflict_file_line = line;
    if (standing->state != STATE_FAILED || standing->next != STEP_WORK)
        rare->rework_file = NULL;
}
