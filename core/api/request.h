/*
 * A request: the name of a method and its parameters, as options or a line of JSON-RPC give them.
 */
#ifndef BATCHD_REQUEST_H
#define BATCHD_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "api/answer.h"
#include "base/buffer.h"
#include "batch/batch_options.h"
#include "batch/fence.h"
#include "batch/pending.h"
#include "claims/claim.h"
#include "import/import_options.h"
#include "plan/workspace.h"
#include "render/style.h"

struct claim_board;
struct claim_handle;
struct findings;

/* Parameters of all methods; each uses those that concern it. {0} leaves everything at its default. Texts borrowed. */
struct request {
    const char *method; /* "status", "next", "show", "why", "create", "retry", "undo", "history", "batch",
                           "validate", "graph", "what-if", "prompt", "init", "import", "doctor", and those of a
                           review: "submit", "approve", "reject", "skip", "reopen", "adopt" */
    const char *plan;   /* as the user names it, or NULL */
    const char *here;   /* working directory relative to the root if it is beneath it: says which plan is meant, and
                           what the names of new ones are relative to */
    const char *id;     /* show, why */
    const char *prompt; /* prompt: its kind, "discover", "fill" or "execute" */
    struct batch_options options;    /* create; prompt: the selection; what-if: the ids that are taken for complete */
    const char *purpose;             /* status, next: only what is ready for this, "review"; or NULL */
    const char *message;             /* of a review: what is said; or NULL */
    const char *as;                  /* of a review: the name of the one who says it */
    const char *self;                /* approve: may that be the one who has submitted it: "warn", "no" or "yes" */
    bool requires_submission;        /* approve: only what is submitted */
    bool approves;                   /* adopt: APPROVED instead of SUBMITTED */
    bool wants_open;                 /* graph: only what is neither complete nor skipped */
    bool wants_ready, wants_blocked; /* status, next: only those; with options.selection only those of its levels */
    const char *unblock;             /* what-if: an id, or NULL */
    bool is_dry_run;                 /* whatever writes */
    bool has_content;                /* create, init, import: the files' text in the answer */
    const char *expect;              /* whatever writes: the token of the preview that is to be applied, or NULL */
    uint64_t batch;                  /* undo: its number, 0 for this user's last one of the plan; retry, batch */
    uint64_t limit;                  /* history: so many at most; 0 for all */
    int lock_timeout_ms;             /* whatever writes */
    const char *request_id;          /* whatever writes: kept in the record; history: only those with it; or NULL */
    const struct fence *batch_fence; /* whatever writes: the claim under which; NULL: none. Never sent */
    uint64_t last_batch;             /* reconcile_find: only a batch after this one can be of the request; never sent */
    const char *name;                /* init, import: of the new plan, perhaps with group folders before it */
    bool wants_graph;                /* init: the dependency file of @plan instead */
    bool is_update;                  /* the same, of a plan that has one: see init_update.h */
    bool is_flat, by_priority;       /* the same: see graph_draft.h */
    struct import_options import;    /* import; never sent */
    struct style style;              /* the form of the reply, or NONE for the answer itself; see reply.h */
    unsigned claim_kinds;            /* claim: for any of these, bits by enum claim_kind; 0 for what is usual */
    const char *host;                /* the same: the name of the machine; never sent */
    uint64_t ttl_ms;                 /* the same: how long it holds; 0 for what is usual */
    struct claim_keeper keeper;      /* the same: the process that keeps it; pid 0 for none */
    const char *const *handles;      /* heartbeat, release: of the claims */
    size_t handle_count;
    bool is_done, submits;            /* release: not given up; and what is not submitted yet is, first */
    bool forgets;                     /* release, without a handle: the mark, not the claim */
    uint64_t fence;                   /* the same: that of the claim or mark that was shown */
    bool wants_ended;                 /* claims: also those that have ended */
    const struct claim_handle *claim; /* whatever writes: only while this claim is the caller's; or NULL. Never sent */
    bool refuses_held;                /* the same: what another claim holds is refused, not warned of. Never sent */
    bool is_claim_optional;           /* that counts for batches of its achievement alone */
    const char *git; /* "device:inode" of the .git around the workspace, "unknown" if its repository does not know
                        it, "" if claims do not depend on one; or NULL: that does not matter */
    struct claim_board *claims;      /* who works on what; NULL where that does not matter; never sent */
    const struct findings *findings; /* doctor: what the client has found, or NULL */
};

#endif
