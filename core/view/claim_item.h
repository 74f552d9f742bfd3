/*
 * Claim item: a claim or a mark of one achievement, as answers show it: everything but what proves whose it is. An item
 * owns nothing: its texts are copies in the arena of its answer.
 */
#ifndef BATCHD_CLAIM_ITEM_H
#define BATCHD_CLAIM_ITEM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "claims/claim.h"

/* Why a claim that has not ended holds no more. */
enum claim_expiry { CLAIM_LIVE, CLAIM_RAN_OUT, CLAIM_OTHER_BOOT, CLAIM_KEEPER_DEAD };

struct claim_item {
    enum claim_kind kind;
    enum claim_state state;
    enum claim_expiry expiry;
    const char *by, *since, *until;
    uint64_t fence;
    uint64_t deadline_ms;             /* of CLOCK_BOOTTIME, while it is live */
    bool has_keeper;                  /* a process whose end frees it */
    const char *host, *branch, *note; /* branch, note: or NULL */
    const char *today; /* the day of the answer, "2026-11-27": times of another day are shown with theirs */
    /* how it has ended; NULL while it has not */
    const char *result, *ended_by, *ended, *end_note;
};

/* What was finished, and where: each NULL where that is unknown. */
struct mark_item {
    enum claim_kind kind;
    unsigned order; /* the number of the last EXECUTION_TASK; 0 of a design */
    uint64_t fence;
    const char *by, *time, *commit, *worktree, *branch;
    bool binds; /* the side of the asker: nothing of the achievement is offered there */
};

/* What an answer knows of claims at all. */
struct claims_note {
    const char *kept;   /* where: "git" or "state"; NULL if that is not known */
    bool is_certain;    /* they can be read */
    const char *reason; /* why not; or NULL */
};

/* The claim of @record, which has one. */
struct claim_item *claim_item_make(const struct claim_record *record, const struct claim_moment *moment,
                                   struct arena *arena);
/* The mark of @record, which has one. */
struct mark_item *mark_item_make(const struct claim_record *record, bool binds, struct arena *arena);

#endif
