#include "claims/claim_refusal.h"

#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/text.h"
#include "plan/plan.h"

enum { DATE_BYTES = 10, MINUTE_BYTES = 16, SHORT_COMMIT = 7 }; /* of "2026-11-27T18:00:00.000Z" */

/* --- parts of sentences --- */

static void append_minute(struct buffer *text, const char *time, const char *day) {
    if (strnlen(time, MINUTE_BYTES) < MINUTE_BYTES) {
        text_append_visible(text, span_of(time));
        return;
    }
    if (strncmp(time, day, DATE_BYTES) != 0)
        buffer_append_format(text, "%.*s ", DATE_BYTES, time);
    buffer_append_format(text, "%.*sZ", MINUTE_BYTES - DATE_BYTES - 1, time + DATE_BYTES + 1);
}

void claim_refusal_append_holder(struct buffer *text, const struct claim_record *record) {
    const struct claim_holding *held = &record->held;
    text_append_visible(text, span_of(held->by));
    buffer_append_format(text, " %s %s (since ", claim_kind_deed(held->kind), record->id);
    append_minute(text, held->since, held->since);
    buffer_append_string(text, ", until ");
    append_minute(text, held->until, held->since);
    buffer_append_byte(text, ')');
}

void claim_refusal_append_maker(struct buffer *text, const struct claim_mark *mark) {
    text_append_visible(text, span_of(mark->by));
    if (mark->branch || mark->worktree) {
        buffer_append_string(text, mark->branch ? " on branch " : " in the worktree ");
        text_append_visible(text, span_of(mark->branch ? mark->branch : mark->worktree));
    }
    if (mark->commit)
        buffer_append_format(text, " (%.*s)", SHORT_COMMIT, mark->commit);
}

/* --- one sentence a reason --- */

/* What a command about the achievement names it by. */
static void append_names(struct buffer *text, const struct claim_subject *subject) {
    plan_append_reference(text, subject->plan);
    buffer_append_format(text, " %s", subject->id);
}

static bool refuse_not_ready(const struct claim_subject *subject, struct error *error) {
    static const char *const purposes[] = {"a SUBPLAN", "work", "a review"};
    return error_set(error, ERROR_PREREQUISITES, "%s is not ready for %s", subject->id, purposes[subject->kind]);
}

static bool refuse_changed(const struct claim_subject *subject, struct error *error) {
    error_set(error, ERROR_STALE, "the files of %s have changed meanwhile", subject->id);
    return error_hint(error, "try again");
}

static bool refuse_held(const struct claim_record *record, const struct claim_subject *subject, struct error *error) {
    AUTO(buffer) holder = {0}, plan = {0};
    claim_refusal_append_holder(&holder, record);
    plan_append_reference(&plan, subject->plan);
    error_set(error, ERROR_CONFLICT, "%s", holder.data);
    return error_hint(error, "take another: batchctl next %s --claim; or wait: batchctl wait %s --for free=%s",
                      plan.data, plan.data, subject->id);
}

static bool refuse_finished(const struct claim_mark *mark, const struct claim_subject *subject, struct error *error) {
    AUTO(buffer) maker = {0}, branch = {0}, names = {0};
    claim_refusal_append_maker(&maker, mark);
    append_names(&names, subject);
    error_set(error, ERROR_CONFLICT, "%s was finished by %s, which is not merged here", subject->id, maker.data);
    if (!mark->branch)
        return error_hint(error, "merge it, or, if that work is thrown away: batchctl claims --forget %s", names.data);
    text_append_shell_word(&branch, mark->branch);
    const char *merge = mark->worktree ? "git merge" : "git pull, or fetch and merge";
    return error_hint(error, "%s %s, or, if that work is thrown away: batchctl claims --forget %s", merge, branch.data,
                      names.data);
}

static bool refuse_damaged(const struct claim_subject *subject, struct error *error) {
    AUTO(buffer) names = {0};
    append_names(&names, subject);
    error_set(error, ERROR_CONFLICT, "whether %s is free is not known: %s: %s", subject->id, subject->file,
              subject->damage);
    return error_hint(error, "if nothing holds it any more: batchctl release --force %s", names.data);
}

static bool refuse_taken(const struct claim_record *record, const struct claim_subject *subject, struct error *error) {
    AUTO(buffer) holder = {0};
    if (record->is_held)
        claim_refusal_append_holder(&holder, record);
    return error_set(error, ERROR_STALE, "claim %" PRIu64 " on %s is lost: %s%s", subject->fence, subject->id,
                     buffer_text(&holder), record->is_ended ? ", and that has ended" : "");
}

static bool refuse_ended(const struct claim_record *record, const struct claim_subject *subject, struct error *error) {
    static const char *const results[] = {"done", "given up", "ended by force"};
    AUTO(buffer) end = {0};
    text_append_visible(&end, span_of(record->ended.by));
    if (record->ended.time) {
        buffer_append_string(&end, " at ");
        append_minute(&end, record->ended.time, record->held.since ? record->held.since : "");
    }
    if (record->ended.note && record->ended.note[0]) {
        buffer_append_string(&end, ": ");
        text_append_visible(&end, span_of(record->ended.note));
    }
    return error_set(error, ERROR_STALE, "claim %" PRIu64 " on %s was %s by %s", subject->fence, subject->id,
                     results[record->ended.result], end.data);
}

static bool refuse_not_done(const struct claim_subject *subject, struct error *error) {
    switch (subject->kind) {
    case CLAIM_DESIGN:
        return error_set(error, ERROR_PREREQUISITES, "the SUBPLAN of %s is not complete", subject->id);
    case CLAIM_WORK:
        return error_set(error, ERROR_PREREQUISITES, "%s is not submitted", subject->id);
    default:
        return error_set(error, ERROR_PREREQUISITES, "the review of %s is not decided", subject->id);
    }
}

bool claim_refusal_set(const struct claim_reply *reply, const struct claim_subject *subject, struct error *error) {
    switch (reply->reason) {
    case CLAIM_REASON_NOT_READY:
        return refuse_not_ready(subject, error);
    case CLAIM_REASON_CHANGED:
        return refuse_changed(subject, error);
    case CLAIM_REASON_HELD:
        return refuse_held(&reply->record, subject, error);
    case CLAIM_REASON_FINISHED:
        return refuse_finished(&reply->record.finished, subject, error);
    case CLAIM_REASON_DAMAGED:
        return refuse_damaged(subject, error);
    case CLAIM_REASON_TAKEN:
        return refuse_taken(&reply->record, subject, error);
    case CLAIM_REASON_ENDED:
        return refuse_ended(&reply->record, subject, error);
    case CLAIM_REASON_GONE:
        return error_set(error, ERROR_STALE, "there is no claim %" PRIu64 " on %s", subject->fence, subject->id);
    case CLAIM_REASON_NOT_DONE:
        return refuse_not_done(subject, error);
    case CLAIM_REASON_FENCE:
        return error_set(error, ERROR_STALE, "%s has claim %" PRIu64 " now, not %" PRIu64 " as it was shown",
                         subject->id, reply->record.fence, subject->fence);
    case CLAIM_REASON_SETTLING:
    case CLAIM_REASON_NONE:
        break;
    }
    return error_set(error, ERROR_INTERNAL, "no reason");
}
