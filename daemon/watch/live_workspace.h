/*
 * A live workspace: one that is kept current. It ties the watcher to the cache: what has changed on disk becomes dirty,
 * and is read again before anything is answered. It keeps what was published, and publishes what differs from that.
 */
#ifndef BATCHD_LIVE_WORKSPACE_H
#define BATCHD_LIVE_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "claims/claim_board.h"
#include "view/changes.h"
#include "view/published_plans.h"
#include "watch/claim_watch.h"
#include "watch/plan_cache.h"
#include "watch/published_batches.h"
#include "watch/watcher.h"

struct live_workspace {
    struct plan_cache cache;
    struct watcher watcher;
    struct published_plans published; /* by the position of the cache's plans; generations are those of their entries */
    uint64_t published_generation;    /* of the cache */
    bool is_holding;                  /* something is not published yet, because a file is being written */
    struct published_batches batches;
    struct claim_watch claims;
    uint64_t published_claims; /* the generation of the watch */
    bool has_ended;            /* of what was drained last: more than that files are being written */
    bool has_overflowed, is_published_degraded, has_lost_root, is_sweep_due;
    size_t audited_count; /* plans compared with the disk */
    size_t audit_differences;
};

/* Watch the root and read everything. @live must not be moved afterwards. */
bool live_workspace_open(struct live_workspace *live, const char *root, const struct claim_setting *setting,
                         struct error *error);
void live_workspace_close(struct live_workspace *live);

/* Grows with everything that an answer may show. */
uint64_t live_workspace_generation(const struct live_workspace *live);

/* Take note of what has changed; nothing is read yet. */
void live_workspace_drain(struct live_workspace *live);
/* Make the cache as current as the moment of the call. */
void live_workspace_refresh(struct live_workspace *live);

/* Read everything again, next time, and watch it anew. */
void live_workspace_sweep_soon(struct live_workspace *live);

/* Is something noted that has not been read, or read and not published, except for what is held back? */
bool live_workspace_is_behind(const struct live_workspace *live);
/* Has anything changed that subscribers may have to receive? */
bool live_workspace_has_news(const struct live_workspace *live);
/* Refresh, and publish it all. Returns true if something is held back, because a file is being written: publish again
 * later. */
bool live_workspace_publish(struct live_workspace *live, const struct changes_sink *sink);

/* Compare one more plan with the disk. A difference, which is a bug, is counted, maybe later; it is read again then. */
void live_workspace_audit(struct live_workspace *live);

/* Does the path that named the root still lead to it? */
bool live_workspace_is_root_there(const struct live_workspace *live, const char *path);

#endif
