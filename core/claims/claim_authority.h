/*
 * A claim authority decides who has a claim: the store on this machine (claim_store.h), or the server of a team
 * (claim_team.h). Each call is one decision, which no other can come between.
 *
 * Calls return false with an error, whose code is the exit status; then the reason says why in a form for programs:
 *   STALE          the claim is no longer the caller's, or the fence that was shown is another one by now
 *   CONFLICT       held, bound by a mark, damaged; or the claims cannot be kept here, or their lock is busy
 *   PREREQUISITES  not ready for that, or what was claimed is not done
 *   NOT_FOUND      there is no such claim or mark
 *   INVALID        the plan's path is no UTF-8
 *   USAGE          more than the caps of claim.h
 *   UNREACHABLE    the server of a team cannot be reached, or is settling; IO if it denies
 *   IO
 */
#ifndef BATCHD_CLAIM_AUTHORITY_H
#define BATCHD_CLAIM_AUTHORITY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_handle.h"
#include "disk/listing.h"
#include "plan/plan.h"

enum { CLAIM_CANDIDATES_MOST = 256 };

enum claim_reason {
    CLAIM_REASON_NONE,      /* done, or failed for another reason than these */
    CLAIM_REASON_NOT_READY, /* not ready for that kind */
    CLAIM_REASON_CHANGED,   /* the achievement's files are not as in the plan: load it again, and ask again */
    CLAIM_REASON_HELD,      /* by the claim in @record */
    CLAIM_REASON_FINISHED,  /* elsewhere: the mark in @record binds */
    CLAIM_REASON_DAMAGED,   /* the record cannot be understood: not free until a person has forced it */
    CLAIM_REASON_TAKEN,     /* another has taken it since: the claim in @record */
    CLAIM_REASON_ENDED,     /* it has ended, as @record says */
    CLAIM_REASON_GONE,      /* there is no record of it */
    CLAIM_REASON_NOT_DONE,
    CLAIM_REASON_SETTLING, /* the server of a team takes nothing yet: ask again */
    CLAIM_REASON_FENCE,    /* of force: the fence of @record is another than the one that was shown */
};

/* "held", "finished", ...; NULL for NONE */
const char *claim_reason_name(enum claim_reason reason);

/* What a call has found or made. {0} is valid and empty; the caller releases it in any case. Not to be copied. */
struct claim_reply {
    struct arena arena; /* of the record's texts */
    enum claim_reason reason;
    struct claim_record record; /* as it is now, of what was asked last; empty if there is none */
    struct claim_handle handle; /* of a take */
    size_t chosen;              /* of a take: which candidate */
    bool is_repeated;           /* the same had been done already */
    bool is_late;               /* renewed after it had run out */
    size_t look_count;          /* of a take: records that were read under the lock */
};
void claim_reply_release(struct claim_reply *reply);

/* An achievement to take. Borrowed. */
struct claim_candidate {
    const struct plan *plan; /* as it was loaded */
    size_t position;
    enum claim_kind kind;
    uint64_t mark; /* of its record, as it was listed (struct claim_entry); 0 if there was none */
};

/* Who takes. Borrowed. */
struct claim_taker {
    const char *by;
    const char *host;
    const char *note;           /* or NULL */
    uint64_t ttl_ms;            /* 0: what is usual */
    struct claim_keeper keeper; /* pid 0: none */
    const char *request;        /* the client's id of its request, or NULL: the same one gets the same claim again */
    struct claim_side side;
};

/* How a claim ends. Borrowed. */
struct claim_end {
    enum claim_result result; /* DONE or GIVEN_UP */
    const char *by;           /* NULL: who holds it */
    const char *note;         /* or NULL */
    const struct plan *plan;  /* of DONE: as it is now */
    struct claim_side side;   /* of DONE */
};

/* One record among others. */
struct claim_entry {
    const char *id;     /* borrowed from the list */
    const char *file;   /* of the record, for messages */
    uint64_t mark;      /* of the store: differs between two states of the record; of a team: fence of its mark, or 0 */
    const char *damage; /* NULL, or why it cannot be understood: then the record is empty, and it is not free */
    struct claim_record record;
};

/* The records of a plan, by id. {0} is valid and empty. */
struct claim_list {
    struct arena arena;
    struct claim_entry *entries;
    size_t count, capacity;
};
/* NULL if there is none of @id. */
const struct claim_entry *claim_list_find(const struct claim_list *list, const char *id);
void claim_list_release(struct claim_list *list);

/* What people must know of the place where the claims are kept. */
struct claim_notice {
    const char *code, *message;
};

struct claim_authority {
    const struct claim_calls *calls;
    bool is_shared; /* by clones of the repository: what is done is committed before it ends as done */
};

/* Every call: @self first, results last. */
struct claim_calls {
    /* Look at the claims afresh, once before an answer: what is listed from then on is as it is now, or later. */
    bool (*refresh)(struct claim_authority *self, struct error *error);
    /* How many notices there are, as of the last call; @notices is valid up to the next one. */
    size_t (*note)(struct claim_authority *self, const struct claim_notice **notices);
    /* The records of a plan, by its path. Takes no lock. */
    bool (*list)(struct claim_authority *self, const char *plan, struct claim_list *list, struct error *error);
    /* Names of the plans that have records: claim_name_append of their paths. Sorted. */
    bool (*list_plans)(struct claim_authority *self, struct listing *plans, struct error *error);
    /*
     * The first of the candidates, the most urgent one first, that is free. The error is about the last one. Without
     * candidates only a request that was made before gets its claim again; PREREQUISITES if there is none.
     */
    bool (*take)(struct claim_authority *self, const struct claim_taker *taker,
                 const struct claim_candidate *candidates, size_t count, struct claim_reply *reply,
                 struct error *error);
    /* Its deadline is a whole ttl from now; @note may be NULL: it stays. */
    bool (*renew)(struct claim_authority *self, const struct claim_handle *handle, const char *note,
                  struct claim_reply *reply, struct error *error);
    bool (*end)(struct claim_authority *self, const struct claim_handle *handle, const struct claim_end *end,
                struct claim_reply *reply, struct error *error);
    /* A person ends the claim of another, or frees what is damaged. @fence: the one that was shown; 0 if damaged. */
    bool (*force)(struct claim_authority *self, const char *plan, const char *id, uint64_t fence, const char *by,
                  const char *note, struct claim_reply *reply, struct error *error);
    /* A person, @by, removes the mark. @fence: of the mark, as it was shown. */
    bool (*forget)(struct claim_authority *self, const char *plan, const char *id, uint64_t fence, const char *by,
                   struct claim_reply *reply, struct error *error);
    /* Is the claim the caller's? If so no other decision is made until drop(), which must follow soon. */
    bool (*hold)(struct claim_authority *self, const struct claim_handle *handle, struct claim_reply *reply,
                 struct error *error);
    void (*drop)(struct claim_authority *self);
};

#endif
