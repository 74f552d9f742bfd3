#include "claims/claim_transition.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_clock.h"
#include "document/names.h"
#include "plan/standing.h"

static const char *copy(struct claim_record *record, const char *text) {
    return text ? arena_copy(record->arena, text, strlen(text)) : NULL;
}

/* The same of what is only shown; NULL for one that a record has no room for. */
static const char *copy_short(struct claim_record *record, const char *text, size_t most) {
    size_t length = text ? strlen(text) : 0;
    bool has_room = length <= most && text_valid_length((struct span){text, length}) == length;
    return has_room ? copy(record, text) : NULL;
}

static const char *time_of(struct claim_record *record, int64_t wall_ms) {
    AUTO(buffer) text = {0};
    claim_clock_append(&text, wall_ms);
    return arena_copy(record->arena, text.data, text.length);
}

/* Is the last claim that of the handle, whether it has ended or not? */
static enum claim_reason check_handle(const struct claim_record *record, const struct claim_handle *handle) {
    char digest[DIGEST_SHA_TEXT];
    claim_handle_digest(handle, digest);
    if (record->fence < handle->fence)
        return CLAIM_REASON_GONE;
    bool is_same = record->fence == handle->fence && record->is_held && strcmp(record->held.secret, digest) == 0;
    return is_same ? CLAIM_REASON_NONE : CLAIM_REASON_TAKEN;
}

enum claim_reason claim_transition_check(const struct claim_record *record, const struct claim_handle *handle) {
    enum claim_reason reason = check_handle(record, handle);
    return reason == CLAIM_REASON_NONE && record->is_ended ? CLAIM_REASON_ENDED : reason;
}

/* --- taking and renewing --- */

static void set_deadline(struct claim_record *record, const struct claim_moment *moment) {
    struct claim_holding *held = &record->held;
    held->until = time_of(record, moment->wall_ms + (int64_t)held->ttl_ms);
    held->deadline_ms = moment->boot_ms + held->ttl_ms;
    memcpy(held->boot, moment->boot, sizeof held->boot);
}

static uint64_t ttl_of(const struct claim_taker *taker) {
    uint64_t usual = taker->keeper.pid ? CLAIM_TTL_MS_WITH_KEEPER : CLAIM_TTL_MS_USUAL;
    return taker->ttl_ms ? taker->ttl_ms : usual;
}

static void hold(struct claim_record *record, const struct claim_taker *taker, enum claim_kind kind,
                 const char secret[DIGEST_SHA_TEXT], const struct claim_moment *moment) {
    record->fence++;
    record->is_held = true;
    record->is_ended = false;
    record->held = (struct claim_holding){.kind = kind,
                                          .by = copy(record, taker->by),
                                          .since = time_of(record, moment->wall_ms),
                                          .ttl_ms = ttl_of(taker),
                                          .keeper = taker->keeper,
                                          .host = copy(record, taker->host),
                                          .branch = copy_short(record, taker->side.branch, CLAIM_BRANCH_BYTES_MOST),
                                          .note = copy(record, taker->note)};
    memcpy(record->held.secret, secret, DIGEST_SHA_TEXT);
    set_deadline(record, moment);
}

enum claim_reason claim_transition_take(struct claim_record *record, const struct claim_taker *taker,
                                        enum claim_kind kind, const struct standing *standing,
                                        const char secret[DIGEST_SHA_TEXT], const struct claim_moment *moment) {
    enum claim_kind needed;
    if (claim_state(record, moment) == CLAIM_HELD)
        return CLAIM_REASON_HELD;
    if (claim_is_bound(record, taker->side.side, standing))
        return CLAIM_REASON_FINISHED;
    if (!claim_find_kind(standing, &needed) || needed != kind)
        return CLAIM_REASON_NOT_READY;
    hold(record, taker, kind, secret, moment);
    return CLAIM_REASON_NONE;
}

enum claim_reason claim_transition_renew(struct claim_record *record, const struct claim_handle *handle,
                                         const char *note, const struct claim_moment *moment, bool *is_late) {
    enum claim_reason reason = claim_transition_check(record, handle);
    if (reason != CLAIM_REASON_NONE)
        return reason;
    struct claim_holding *held = &record->held;
    *is_late = claim_state(record, moment) == CLAIM_EXPIRED;
    if (held->keeper.pid && moment->is_dead && moment->is_dead(&held->keeper))
        held->keeper = (struct claim_keeper){0};
    held->note = note ? copy(record, note) : held->note;
    set_deadline(record, moment);
    return CLAIM_REASON_NONE;
}

/* --- ending --- */

static void end(struct claim_record *record, enum claim_result result, const char *by, const char *note,
                const struct claim_moment *moment) {
    record->is_ended = true;
    record->ended = (struct claim_ending){
        .result = result, .by = copy(record, by), .time = time_of(record, moment->wall_ms), .note = copy(record, note)};
}

static void add_fixes(struct claim_record *record, const struct standing *standing) {
    struct claim_mark *mark = &record->finished;
    mark->fixes = arena_allocate(record->arena, standing->review_count, sizeof *mark->fixes);
    for (size_t i = 0; i < standing->review_count; i++) {
        const struct review *review = &standing->reviews[i];
        if (review->kind == NAME_FIX && !review->is_open && review->sha)
            mark->fixes[mark->fix_count++] =
                (struct claim_fix){copy(record, names_base(review->file)), copy(record, review->sha)};
    }
}

void claim_transition_mark(struct claim_record *record, const struct claim_end *ending, const struct standing *standing,
                           const struct claim_moment *moment) {
    const struct claim_side *side = &ending->side;
    bool has_order = record->held.kind != CLAIM_DESIGN && standing->execution_count;
    record->is_finished = true;
    record->finished =
        (struct claim_mark){.kind = record->held.kind,
                            .order = has_order ? standing->executions[standing->execution_count - 1].number : 0,
                            .fence = record->fence,
                            .by = record->held.by,
                            .time = time_of(record, moment->wall_ms),
                            .commit = copy_short(record, side->commit, CLAIM_BRANCH_BYTES_MOST),
                            .worktree = copy_short(record, side->worktree, CLAIM_WORKTREE_BYTES_MOST),
                            .branch = copy_short(record, side->branch, CLAIM_BRANCH_BYTES_MOST),
                            .side = copy(record, side->side)};
    add_fixes(record, standing);
}

enum claim_reason claim_transition_end(struct claim_record *record, const struct claim_handle *handle,
                                       const struct claim_end *ending, const struct standing *standing,
                                       const struct claim_moment *moment, bool *is_repeated) {
    enum claim_reason reason = claim_transition_check(record, handle);
    *is_repeated = reason == CLAIM_REASON_ENDED && record->ended.result == ending->result;
    if (*is_repeated)
        return CLAIM_REASON_NONE;
    if (reason != CLAIM_REASON_NONE)
        return reason;
    if (ending->result == CLAIM_DONE && !claim_is_done(record->held.kind, standing))
        return CLAIM_REASON_NOT_DONE;
    end(record, ending->result, ending->by ? ending->by : record->held.by, ending->note, moment);
    if (ending->result == CLAIM_DONE)
        claim_transition_mark(record, ending, standing, moment);
    return CLAIM_REASON_NONE;
}

/* --- a person's --- */

enum claim_reason claim_transition_force(struct claim_record *record, uint64_t fence, const char *by, const char *note,
                                         const struct claim_moment *moment) {
    if (claim_state(record, moment) != CLAIM_HELD)
        return CLAIM_REASON_GONE;
    if (record->fence != fence)
        return CLAIM_REASON_FENCE;
    end(record, CLAIM_FORCED, by, note, moment);
    return CLAIM_REASON_NONE;
}

void claim_transition_replace(struct claim_record *record, const char *plan, const char *id, const char *by,
                              const char *note, const struct claim_moment *moment) {
    *record = (struct claim_record){.arena = record->arena};
    record->plan = copy(record, plan);
    record->id = copy(record, id);
    record->fence = (uint64_t)(moment->wall_ms / 1000);
    end(record, CLAIM_FORCED, by, note, moment);
}

enum claim_reason claim_transition_forget(struct claim_record *record, uint64_t fence) {
    if (!record->is_finished)
        return CLAIM_REASON_GONE;
    if (record->finished.fence != fence)
        return CLAIM_REASON_FENCE;
    record->is_finished = false;
    record->finished = (struct claim_mark){0};
    return CLAIM_REASON_NONE;
}
