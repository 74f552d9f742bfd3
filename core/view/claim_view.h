/*
 * Claim view: what the verbs of claims answer. Texts are in the arena of the answer.
 */
#ifndef BATCHD_CLAIM_VIEW_H
#define BATCHD_CLAIM_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "view/claim_item.h"

/* One claim that a verb has been about. */
struct claim_view {
    const char *plan, *path, *id;   /* plan: the name; NULL if there is no such plan any more */
    const char *title;              /* or NULL */
    const char *handle;             /* claim, heartbeat: what proves that it is the caller's */
    const char *file;               /* claim: what to work on, relative to the workspace; or NULL */
    const char *command;            /* claim: the next command; or NULL */
    const struct claim_item *claim; /* as it is now; NULL if there is none */
    const struct mark_item *mark;   /* what keeps it from being taken; or NULL */
    const char *reason;             /* of a failure, for programs: "held", "finished", ...; or NULL */
    const char *message;            /* the same for people; or NULL */
    bool is_repeated;               /* claim, release: it had been done already */
    bool is_forgotten;              /* release: the mark, and not the claim */
    bool is_preview;                /* release: neither has been touched yet */
    bool is_late;                   /* heartbeat: it had run out, and nothing had taken it */
    uint64_t batch;                 /* release: the batch that has written SUBMITTED; 0 if there was none */
    const char *submitted;          /* release: the file that it has written; or NULL */
};

/* The fence of what release ends or forgets; 0 if it is not known. */
static inline uint64_t claim_view_fence(const struct claim_view *view) {
    return view->claim ? view->claim->fence : view->mark ? view->mark->fence : 0;
}

/* heartbeat: each claim. */
struct claim_renewals {
    struct claim_view *claims;
    size_t count;
};

/* claims: those of a plan. */
struct plan_claims {
    const char *plan, *path; /* plan: NULL if there is no such plan here */
    struct claimed_item *items;
    size_t count, capacity;
};

struct claimed_item {
    const char *id, *title;         /* title: or NULL */
    const struct claim_item *claim; /* or NULL */
    const struct mark_item *mark;   /* or NULL */
    const char *damage;             /* why the record cannot be understood; or NULL */
};

struct claims_view {
    const char *kept;   /* "git" or "state" */
    const char *folder; /* absolute; or NULL */
    struct plan_claims *plans;
    size_t count, capacity;
};

#endif
