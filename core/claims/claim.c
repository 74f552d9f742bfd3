#include "claims/claim.h"

#include <string.h>

#include "document/document.h"
#include "document/names.h"
#include "plan/achievement.h"

static const char *const kind_names[] = {"design", "work", "review"};
static const char *const result_names[] = {"done", "given_up", "forced"};

const char *claim_kind_name(enum claim_kind kind) {
    return kind_names[kind];
}

const char *claim_kind_deed(enum claim_kind kind) {
    static const char *const deeds[CLAIM_KINDS] = {"designs", "works on", "reviews"};
    return deeds[kind];
}

bool claim_kind_find(const char *name, enum claim_kind *kind) {
    for (*kind = 0; *kind < CLAIM_KINDS; (*kind)++)
        if (name && strcmp(name, kind_names[*kind]) == 0)
            return true;
    return false;
}

const char *claim_result_name(enum claim_result result) {
    return result_names[result];
}

bool claim_result_find(const char *name, enum claim_result *result) {
    for (*result = 0; *result < CLAIM_RESULTS; (*result)++)
        if (name && strcmp(name, result_names[*result]) == 0)
            return true;
    return false;
}

/* --- time and keepers --- */

static bool is_keeper_dead(const struct claim_keeper *keeper, const struct claim_moment *moment) {
    return keeper->pid && moment->is_dead && moment->is_dead(keeper);
}

enum claim_state claim_state(const struct claim_record *record, const struct claim_moment *moment) {
    if (record->is_ended)
        return CLAIM_ENDED;
    if (!record->is_held)
        return CLAIM_NONE;
    const struct claim_holding *held = &record->held;
    bool is_in_time = strcmp(held->boot, moment->boot) == 0 && moment->boot_ms < held->deadline_ms;
    return is_in_time && !is_keeper_dead(&held->keeper, moment) ? CLAIM_HELD : CLAIM_EXPIRED;
}

/* --- files --- */

bool claim_find_kind(const struct standing *standing, enum claim_kind *kind) {
    if (!standing->is_ready)
        return false;
    switch (standing->next) {
    case STEP_SUBPLAN:
    case STEP_FILL:
    case STEP_RESOLVE:
        *kind = CLAIM_DESIGN;
        return true;
    case STEP_EXECUTION:
    case STEP_WORK:
    case STEP_REWORK:
        *kind = CLAIM_WORK;
        return true;
    case STEP_REVIEW:
        *kind = CLAIM_REVIEW;
        return true;
    case STEP_NOTHING:
        break;
    }
    return false;
}

static bool is_decided(const struct standing *standing) {
    return standing->approved_file || standing->skipped_file;
}

/* Does the SUBPLAN count as written, or is there anything that comes after it? */
static bool is_designed(const struct standing *standing) {
    return standing->subplan == SUBPLAN_COMPLETE || standing->execution_count > 0 || standing->review_count > 0;
}

bool claim_is_done(enum claim_kind kind, const struct standing *standing) {
    switch (kind) {
    case CLAIM_DESIGN:
        return is_designed(standing);
    case CLAIM_WORK:
        return standing->state == STATE_SUBMITTED || standing->state == STATE_COMPLETE;
    default:
        return standing->state != STATE_SUBMITTED;
    }
}

/* --- marks --- */

static bool has_answered(const struct claim_mark *mark, const struct review *fix) {
    for (size_t i = 0; i < mark->fix_count; i++)
        if (strcmp(mark->fixes[i].name, names_base(fix->file)) == 0 && fix->sha &&
            strcmp(mark->fixes[i].sha, fix->sha) == 0)
            return true;
    return false;
}

/* Has a review of this side sent it back since? */
static bool has_new_fix(const struct claim_mark *mark, const struct standing *standing) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == NAME_FIX && !has_answered(mark, &standing->reviews[i]))
            return true;
    return false;
}

static bool has_submitted(const struct standing *standing, unsigned order) {
    for (size_t i = 0; i < standing->review_count; i++)
        if (standing->reviews[i].kind == NAME_SUBMITTED && standing->reviews[i].number == order)
            return true;
    return false;
}

static bool has_later_order(const struct standing *standing, unsigned order) {
    return standing->execution_count && standing->executions[standing->execution_count - 1].number > order;
}

/* Do the files show what was finished, or more? */
static bool is_past(const struct claim_mark *mark, const struct standing *standing) {
    if (is_decided(standing))
        return true;
    switch (mark->kind) {
    case CLAIM_DESIGN:
        return is_designed(standing);
    case CLAIM_WORK:
        return has_submitted(standing, mark->order) || has_later_order(standing, mark->order) ||
               has_new_fix(mark, standing);
    default:
        return has_new_fix(mark, standing);
    }
}

bool claim_mark_binds(const struct claim_mark *mark, const char *side, const struct standing *standing) {
    bool is_own_side = !mark->side || !side || strcmp(mark->side, side) == 0;
    return !is_own_side && !is_past(mark, standing);
}

bool claim_is_bound(const struct claim_record *record, const char *side, const struct standing *standing) {
    return record->is_finished && claim_mark_binds(&record->finished, side, standing);
}

uint64_t claim_renewal_ms(uint64_t ttl_ms, bool is_in_team) {
    enum { PARTS = 4, IN_TEAM_MS_MOST = 30000 };
    uint64_t interval_ms = ttl_ms / PARTS;
    return is_in_team && interval_ms > IN_TEAM_MS_MOST ? IN_TEAM_MS_MOST : interval_ms;
}
