#include "claims/claim_store.h"

#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_clock.h"
#include "claims/claim_files.h"
#include "claims/claim_handle.h"
#include "claims/claim_lock.h"
#include "claims/claim_refusal.h"
#include "claims/claim_taking.h"
#include "claims/claim_transition.h"
#include "disk/listing.h"
#include "plan/plan.h"
#include "plan/standing.h"

static struct claim_store *store_of(struct claim_authority *authority) {
    return (struct claim_store *)(void *)authority;
}

/* --- reading --- */

static bool refresh(struct claim_authority *self, struct error *error) {
    (void)self, (void)error; /* each list is read from the disk */
    return true;
}

static size_t note(struct claim_authority *self, const struct claim_notice **notices) {
    (void)self;
    *notices = NULL;
    return 0;
}

static bool list(struct claim_authority *self, const char *plan, struct claim_list *found, struct error *error) {
    return claim_files_list(&store_of(self)->folder.files, plan, found, error);
}

static bool list_plans(struct claim_authority *self, struct listing *plans, struct error *error) {
    return claim_files_list_plans(&store_of(self)->folder.files, plans, error);
}

/* --- decisions about one record --- */

/* The record, the moment and the words for one decision, under the lock. */
struct decision {
    struct claim_store *store;
    struct claim_reply *reply;
    struct claim_subject subject;
    struct claim_moment moment;
    bool is_damaged;
};

static bool read_record(struct decision *decision, struct error *error) {
    struct claim_entry entry;
    struct claim_reply *reply = decision->reply;
    if (!claim_clock_read(&decision->moment, error) ||
        !claim_files_read(&decision->store->folder.files, decision->subject.plan, decision->subject.id, &reply->arena,
                          &entry, error))
        return false;
    reply->record = entry.record;
    decision->is_damaged = entry.damage;
    decision->subject.file = entry.file;
    decision->subject.damage = entry.damage;
    return true;
}

static bool refuse(struct decision *decision, enum claim_reason reason, struct error *error) {
    decision->reply->reason = reason;
    return claim_refusal_set(decision->reply, &decision->subject, error);
}

/* Takes the lock and reads the record that the handle is of. The caller drops the lock in any case. */
static bool begin(struct decision *decision, const struct claim_handle *handle, struct error *error) {
    decision->subject = (struct claim_subject){.plan = handle->plan, .id = handle->id, .fence = handle->fence};
    if (!claim_lock_enter(&decision->store->lock, &decision->store->folder, error))
        return false;
    if (decision->store->folder.files.root < 0)
        return refuse(decision, CLAIM_REASON_GONE, error);
    if (!read_record(decision, error))
        return false;
    return decision->is_damaged ? refuse(decision, CLAIM_REASON_DAMAGED, error) : true;
}

static bool write_record(struct decision *decision, bool is_durable, struct error *error) {
    return claim_files_write(&decision->store->folder.files, &decision->reply->record, is_durable, error);
}

/* --- renewing --- */

static bool renew_once(struct claim_store *store, const struct claim_handle *handle, const char *note,
                       struct claim_reply *reply, struct error *error) {
    struct decision decision = {.store = store, .reply = reply};
    bool is_late = false, is_begun = begin(&decision, handle, error);
    enum claim_reason reason =
        is_begun ? claim_transition_renew(&reply->record, handle, note, &decision.moment, &is_late) : CLAIM_REASON_NONE;
    bool is_done = is_begun && (reason != CLAIM_REASON_NONE ? refuse(&decision, reason, error)
                                                            : write_record(&decision, false, error));
    claim_lock_drop(&store->lock);
    reply->is_late = reply->is_late || is_late;
    return is_done;
}

static bool has_run_out(const struct claim_reply *reply) {
    struct claim_moment moment;
    AUTO(error) error = {0};
    return claim_clock_read(&moment, &error) && claim_state(&reply->record, &moment) == CLAIM_EXPIRED;
}

static bool renew(struct claim_authority *self, const struct claim_handle *handle, const char *note,
                  struct claim_reply *reply, struct error *error) {
    do
        if (!claim_text_check(note, CLAIM_NOTE_BYTES_MOST, "the note", error) ||
            !renew_once(store_of(self), handle, note, reply, error))
            return false;
    while (has_run_out(reply)); /* it was stopped before it could return */
    return true;
}

/* --- ending --- */

static const struct standing *standing_of(const struct plan *plan, const char *id) {
    static const struct standing none;
    size_t position;
    return plan && plan_find(plan, id, &position) ? &plan->standings[position] : &none;
}

static bool end_begun(struct decision *decision, const struct claim_handle *handle, const struct claim_end *end,
                      struct error *error) {
    struct claim_reply *reply = decision->reply;
    enum claim_reason reason = claim_transition_end(&reply->record, handle, end, standing_of(end->plan, handle->id),
                                                    &decision->moment, &reply->is_repeated);
    decision->subject.kind = reply->record.held.kind;
    if (reason != CLAIM_REASON_NONE)
        return refuse(decision, reason, error);
    return reply->is_repeated || write_record(decision, end->result == CLAIM_DONE, error);
}

static bool end(struct claim_authority *self, const struct claim_handle *handle, const struct claim_end *end,
                struct claim_reply *reply, struct error *error) {
    struct decision decision = {.store = store_of(self), .reply = reply};
    bool is_done = claim_text_check(end->by, CLAIM_OWNER_BYTES_MOST, "the name", error) &&
                   claim_text_check(end->note, CLAIM_NOTE_BYTES_MOST, "the note", error) &&
                   begin(&decision, handle, error) && end_begun(&decision, handle, end, error);
    claim_lock_drop(&decision.store->lock);
    return is_done;
}

/* --- a person's --- */

static bool begin_by_id(struct decision *decision, const char *plan, const char *id, uint64_t fence,
                        struct error *error) {
    decision->subject = (struct claim_subject){.plan = plan, .id = id, .fence = fence};
    return claim_lock_enter(&decision->store->lock, &decision->store->folder, error) &&
           (decision->store->folder.files.root < 0 || read_record(decision, error));
}

static bool force_begun(struct decision *decision, const char *by, const char *note, struct error *error) {
    struct claim_record *record = &decision->reply->record;
    const struct claim_subject *subject = &decision->subject;
    if (decision->is_damaged && subject->fence)
        return refuse(decision, CLAIM_REASON_FENCE, error);
    if (decision->is_damaged) {
        claim_transition_replace(record, subject->plan, subject->id, by, note, &decision->moment);
        return write_record(decision, true, error);
    }
    enum claim_reason reason = claim_transition_force(record, subject->fence, by, note, &decision->moment);
    decision->reply->reason = reason;
    if (reason == CLAIM_REASON_GONE)
        return error_set(error, ERROR_NOT_FOUND, "there is no claim on %s that could be ended", subject->id);
    return reason == CLAIM_REASON_NONE ? write_record(decision, true, error) : refuse(decision, reason, error);
}

static bool force(struct claim_authority *self, const char *plan, const char *id, uint64_t fence, const char *by,
                  const char *note, struct claim_reply *reply, struct error *error) {
    struct decision decision = {.store = store_of(self), .reply = reply};
    bool is_done = claim_text_check(by, CLAIM_OWNER_BYTES_MOST, "the name", error) &&
                   claim_text_check(note, CLAIM_NOTE_BYTES_MOST, "the note", error) &&
                   begin_by_id(&decision, plan, id, fence, error) && force_begun(&decision, by, note, error);
    claim_lock_drop(&decision.store->lock);
    return is_done;
}

static bool forget_begun(struct decision *decision, struct error *error) {
    if (decision->is_damaged)
        return refuse(decision, CLAIM_REASON_DAMAGED, error);
    enum claim_reason reason = claim_transition_forget(&decision->reply->record, decision->subject.fence);
    decision->reply->reason = reason;
    if (reason == CLAIM_REASON_GONE)
        return error_set(error, ERROR_NOT_FOUND, "%s has no mark that could be forgotten", decision->subject.id);
    return reason == CLAIM_REASON_NONE ? write_record(decision, true, error) : refuse(decision, reason, error);
}

static bool forget(struct claim_authority *self, const char *plan, const char *id, uint64_t fence, const char *by,
                   struct claim_reply *reply, struct error *error) {
    (void)by; /* records have no history */
    struct decision decision = {.store = store_of(self), .reply = reply};
    bool is_done = begin_by_id(&decision, plan, id, fence, error) && forget_begun(&decision, error);
    claim_lock_drop(&decision.store->lock);
    return is_done;
}

/* --- fences --- */

static void drop(struct claim_authority *self) {
    claim_lock_drop(&store_of(self)->lock);
}

static bool hold(struct claim_authority *self, const struct claim_handle *handle, struct claim_reply *reply,
                 struct error *error) {
    struct decision decision = {.store = store_of(self), .reply = reply};
    if (begin(&decision, handle, error)) {
        enum claim_reason reason = claim_transition_check(&reply->record, handle);
        if (reason == CLAIM_REASON_NONE)
            return true;
        refuse(&decision, reason, error);
    }
    drop(self);
    return false;
}

/* --- opening --- */

static bool take(struct claim_authority *self, const struct claim_taker *taker,
                 const struct claim_candidate *candidates, size_t count, struct claim_reply *reply,
                 struct error *error) {
    struct claim_store *store = store_of(self);
    if (!claim_taking_run(&store->folder, &store->lock, taker, candidates, count, reply, error))
        return false;
    return !has_run_out(reply) || renew(self, &reply->handle, NULL, reply, error);
}

bool claim_store_open(struct claim_store *store, const struct workspace *workspace, const struct git_folder *git,
                      enum claim_keeping wanted, int lock_timeout_ms, struct error *error) {
    static const struct claim_calls calls = {refresh, note,  list,   list_plans, take, renew,
                                             end,     force, forget, hold,       drop};
    *store = CLAIM_STORE_CLOSED;
    store->authority.calls = &calls;
    store->lock.timeout_ms = lock_timeout_ms;
    return claim_folder_find(&store->folder, workspace, git, wanted, error);
}

void claim_store_close(struct claim_store *store) {
    claim_lock_drop(&store->lock);
    claim_folder_release(&store->folder);
    *store = CLAIM_STORE_CLOSED;
}
