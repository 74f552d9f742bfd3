#include "claims/claim_taking.h"

#include <string.h>

#include "base/buffer.h"
#include "base/digest.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim.h"
#include "claims/claim_clock.h"
#include "claims/claim_files.h"
#include "claims/claim_folder.h"
#include "claims/claim_handle.h"
#include "claims/claim_lock.h"
#include "claims/claim_refusal.h"
#include "claims/claim_secret.h"
#include "claims/claim_transition.h"
#include "disk/files.h"
#include "plan/achievement_files.h"
#include "plan/plan.h"

/* --- what the taker says --- */

bool claim_text_check(const char *text, size_t most, const char *what, struct error *error) {
    struct span span = span_of(text);
    if (span.length > most)
        return error_set(error, ERROR_USAGE, "%s is longer than %zu bytes", what, most);
    bool is_seen = text_shown_length(span) == span.length && (!span.length || !memchr(text, '\n', span.length));
    return is_seen || error_set(error, ERROR_USAGE, "%s has characters that are not seen, or several lines", what);
}

static bool check_taker(const struct claim_taker *taker, struct error *error) {
    if (!taker->by || !taker->by[0])
        return error_set(error, ERROR_USAGE, "a claim needs a name");
    if (taker->ttl_ms > CLAIM_TTL_MS_MOST)
        return error_set(error, ERROR_USAGE, "a claim lasts 24 hours at most");
    return claim_text_check(taker->by, CLAIM_OWNER_BYTES_MOST, "the name", error) &&
           claim_text_check(taker->note, CLAIM_NOTE_BYTES_MOST, "the note", error);
}

static bool check_plan(const struct plan *plan, struct error *error) {
    struct span path = span_of(plan->path);
    return text_valid_length(path) == path.length ||
           error_set(error, ERROR_INVALID, "nothing of the plan %s can be claimed: its path is not valid UTF-8",
                     plan->name);
}

bool claim_taking_check(const struct claim_taker *taker, const struct claim_candidate *candidates, size_t count,
                        struct error *error) {
    if (!check_taker(taker, error))
        return false;
    if (count > CLAIM_CANDIDATES_MOST)
        return error_set(error, ERROR_USAGE, "%d achievements at most can be asked for", CLAIM_CANDIDATES_MOST);
    for (size_t i = 0; i < count; i++)
        if (!check_plan(candidates[i].plan, error))
            return false;
    return true;
}

/* --- under the lock --- */

struct taking {
    const struct claim_folder *folder;
    const struct claim_taker *taker;
    struct claim_reply *reply;
    struct claim_moment moment;
    char secret[DIGEST_SHA_TEXT];
};

/* The record, as it is; an empty one gets its names. */
static void set_record(struct taking *taking, const struct claim_entry *entry, const struct claim_subject *subject) {
    struct claim_record *record = &taking->reply->record;
    *record = entry->record;
    record->plan = arena_copy(record->arena, subject->plan, strlen(subject->plan));
    record->id = arena_copy(record->arena, subject->id, strlen(subject->id));
}

/* Looks at the files last: only what is free matters. False, with @error, if they cannot be looked at. */
static bool decide(struct taking *taking, const struct claim_candidate *candidate, const struct claim_entry *entry,
                   const struct claim_subject *subject, struct error *error) {
    struct claim_reply *reply = taking->reply;
    const struct plan *plan = candidate->plan;
    bool is_same;
    set_record(taking, entry, subject);
    reply->reason = entry->damage
                        ? CLAIM_REASON_DAMAGED
                        : claim_transition_take(&reply->record, taking->taker, candidate->kind,
                                                &plan->standings[candidate->position], taking->secret, &taking->moment);
    if (reply->reason != CLAIM_REASON_NONE)
        return true;
    if (!achievement_files_check(plan, candidate->position, &taking->folder->workspace->files, &is_same, error))
        return false;
    if (!is_same) {
        set_record(taking, entry, subject);
        reply->reason = CLAIM_REASON_CHANGED;
    }
    return true;
}

/* True if it is taken. Else @error says why; it is refused if the reply has a reason. */
static bool try_candidate(struct taking *taking, const struct claim_candidate *candidate, struct error *error) {
    struct claim_reply *reply = taking->reply;
    const struct files *folder = &taking->folder->files;
    struct claim_subject subject = {.plan = candidate->plan->path,
                                    .id = candidate->plan->dependencies.achievements[candidate->position].id,
                                    .kind = candidate->kind};
    struct claim_entry entry;
    reply->look_count++;
    if (!claim_files_read(folder, subject.plan, subject.id, &reply->arena, &entry, error))
        return false;
    subject.file = entry.file;
    subject.damage = entry.damage;
    if (!decide(taking, candidate, &entry, &subject, error))
        return false;
    return reply->reason == CLAIM_REASON_NONE ? claim_files_write(folder, &reply->record, false, error)
                                              : claim_refusal_set(reply, &subject, error);
}

static bool has_changed(const struct taking *taking, const struct claim_candidate *candidate) {
    return claim_files_mark(&taking->folder->files, candidate->plan->path,
                            candidate->plan->dependencies.achievements[candidate->position].id) != candidate->mark;
}

/* First those whose record is as it was listed, then the others. Files that have changed end it. */
static bool take_first(struct taking *taking, const struct claim_candidate *candidates, size_t count,
                       struct error *error) {
    struct claim_reply *reply = taking->reply;
    if (count == 0)
        return error_set(error, ERROR_PREREQUISITES, "nothing is free");
    for (size_t i = 0; i < 2 * count; i++) {
        bool is_second_pass = i >= count;
        reply->chosen = i % count;
        if (has_changed(taking, &candidates[reply->chosen]) != is_second_pass)
            continue;
        error_release(error);
        reply->reason = CLAIM_REASON_NONE;
        if (try_candidate(taking, &candidates[reply->chosen], error))
            return true;
        if (reply->reason == CLAIM_REASON_NONE || reply->reason == CLAIM_REASON_CHANGED)
            return false;
    }
    return false;
}

/* The claim that the same request has taken already. @is_found: false if there is none. */
static bool repeat(struct taking *taking, bool *is_found, struct error *error) {
    struct claim_reply *reply = taking->reply;
    const struct files *folder = &taking->folder->files;
    struct claim_record *record = &reply->record;
    if (!claim_files_find_secret(folder, taking->secret, &reply->arena, record, is_found, error) || !*is_found)
        return false;
    claim_handle_name(&reply->handle, record->plan, record->id, record->fence);
    reply->is_repeated = true;
    if (record->is_ended) {
        struct claim_subject subject = {.plan = record->plan, .id = record->id, .fence = record->fence};
        reply->reason = CLAIM_REASON_ENDED;
        return claim_refusal_set(reply, &subject, error);
    }
    if (claim_state(record, &taking->moment) != CLAIM_EXPIRED)
        return true;
    if (claim_transition_renew(record, &reply->handle, NULL, &taking->moment, &reply->is_late) != CLAIM_REASON_NONE)
        return false;
    record->held.keeper = taking->taker->keeper; /* the one before is dead, or its time has run out */
    return claim_files_write(folder, record, false, error);
}

static bool take_locked(struct taking *taking, const struct claim_candidate *candidates, size_t count,
                        struct error *error) {
    struct claim_reply *reply = taking->reply;
    const struct files *folder = &taking->folder->files;
    const char *request = taking->taker->request;
    bool is_found = false;
    if (!claim_clock_read(&taking->moment, error) || !claim_secret_make(&reply->handle, folder, request, error))
        return false;
    claim_handle_digest(&reply->handle, taking->secret);
    bool is_taken = request && repeat(taking, &is_found, error);
    if (is_found || error->code != ERROR_NONE)
        return is_taken;
    if (!take_first(taking, candidates, count, error))
        return false;
    claim_handle_name(&reply->handle, reply->record.plan, reply->record.id, reply->record.fence);
    return true;
}

bool claim_taking_run(struct claim_folder *folder, struct claim_lock *lock, const struct claim_taker *taker,
                      const struct claim_candidate *candidates, size_t count, struct claim_reply *reply,
                      struct error *error) {
    struct taking taking = {.folder = folder, .taker = taker, .reply = reply};
    if (!claim_taking_check(taker, candidates, count, error))
        return false;
    bool is_done = claim_folder_make(folder, error) && claim_lock_enter(lock, folder, error) &&
                   take_locked(&taking, candidates, count, error);
    claim_lock_drop(lock);
    return is_done;
}
