/*
 * Requests: every method of the programs, from its name and parameters to data and diagnostics, over a workspace. This
 * is the one door: batchctl calls it in its own process, and a server would call the same function.
 */
#ifndef BATCHD_REQUEST_H
#define BATCHD_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "batch.h"
#include "pending.h"
#include "protocol.h"
#include "workspace.h"

struct findings;

/* Parameters of all methods; each uses those that concern it. {0} leaves everything at its default. Texts borrowed. */
struct request {
    const char *method; /* "status", "next", "show", "why", "create", "retry", "undo", "history", "batch",
                           "validate", "graph", "what-if", "prompt", "init", "import", "doctor" */
    const char *plan;   /* as the user names it, or NULL */
    const char *here;   /* working directory relative to the root if it is beneath it: tells which plan is meant, and
                           what the names of new ones are relative to */
    const char *id;     /* show, why */
    const char *prompt; /* prompt: its kind, "discover", "fill" or "execute" */
    struct batch_options options;    /* create; prompt: the selection; what-if: the ids that are taken for complete */
    const char *unblock;             /* what-if: an id, or NULL */
    bool is_dry_run;                 /* whatever writes */
    bool has_content;                /* create, init, import: the files' text in the answer */
    const char *expect;              /* the same: the token of the preview that is to be applied, or NULL */
    uint64_t batch;                  /* undo: its number, 0 for this user's last one; retry, batch */
    int lock_timeout_ms;             /* whatever writes */
    const char *request_id;          /* whatever writes: kept in the record; history: only those with it; or NULL */
    uint64_t last_batch;             /* outcome_find: only a batch after this one can be of the request; never sent */
    const char *name;                /* init, import: of the new plan, perhaps with group folders before it */
    bool wants_graph;                /* init: the dependency file of @plan instead */
    const char *file;                /* import: what the file is called, for messages */
    struct span text;                /* import: its content */
    const char *tag;                 /* import: which list in it, or NULL */
    bool with_status;                /* import: APPROVED and SKIPPED for what is done and cancelled there */
    const struct findings *findings; /* doctor: what whoever asks has found, or NULL */
};

/* Is there such a method? */
bool request_is_known(const char *method);
/* Can it only be answered in the process that asks? */
bool request_is_local(const char *method);
/* Does the request change files? */
bool request_is_write(const struct request *request);

/* Answer the request. Never fails as such: what goes wrong is the answer's code and diagnostics. */
void request_handle(struct workspace *workspace, const struct request *request, struct answer *answer);

/*
 * Answer from snapshots that @workspace keeps of every plan, with what is pending as it was when they were made and the
 * view that hides it. False, and nothing done, if the method needs more than snapshots.
 */
bool request_handle_kept(const struct workspace *workspace, const struct files *view, const struct pending *pending,
                         const struct request *request, struct answer *answer);

/* validate for one dependency file that need not be in a workspace: @path in @files, reported under @name. */
void request_validate_file(const struct files *files, const char *path, const char *name, struct answer *answer);

#endif
