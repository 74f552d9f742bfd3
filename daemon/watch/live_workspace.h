/*
 * The tracker: a workspace that is kept current. It ties the watcher to the cache: what has changed on disk becomes
 * dirty, and is read again before anything is answered. It also knows what of all that subscribers have not been told.
 */
#ifndef BATCHD_LIVE_WORKSPACE_H
#define BATCHD_LIVE_WORKSPACE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "view/event.h"
#include "watch/plan_cache.h"
#include "watch/watcher.h"

/* A batch or undo that is being applied, or was; the place of its record shows the result. */
struct live_workspace_batch {
    uint64_t number;
    bool is_undo;
};

struct live_workspace {
    struct plan_cache cache;
    struct watcher watcher;
    struct live_workspace_batch *batches; /* whose result has not been published */
    size_t batch_count, batch_capacity;
    uint64_t last_batch; /* the highest number of those that were published, or there at the start */
    bool has_batch_news;
    bool has_ended; /* of what was drained last: more than that files are being written */
    bool has_overflowed, is_told_degraded, has_lost_root, is_sweep_due;
    size_t audited_count; /* plans compared with the disk */
    size_t audit_differences;
};

/* Watch the root and read everything. @live must not be moved afterwards. */
bool live_workspace_open(struct live_workspace *live, const char *root, struct error *error);
void live_workspace_close(struct live_workspace *live);

/* Take note of what has changed; nothing is read yet. */
void live_workspace_drain(struct live_workspace *live);
/* Make the cache as current as the moment of the call. */
void live_workspace_refresh(struct live_workspace *live);

/* Read everything again, next time, and watch it anew. */
void live_workspace_sweep_soon(struct live_workspace *live);

/* Is something noted that has not been read, or read and not told, but for what is held back? */
bool live_workspace_is_behind(const struct live_workspace *live);
/* Has anything changed that subscribers may have to receive? */
bool live_workspace_has_news(const struct live_workspace *live);
/* Freshen, and tell it all. Returns true if something is held back, because a file is being written: tell again later.
 */
bool live_workspace_publish(struct live_workspace *live, const struct events_sink *sink);
/* Subscribers are taken to know everything as it is now. */
void live_workspace_skip_news(struct live_workspace *live);

/* Compare one more plan with the disk. False if they differ, which is a bug of ours; it is read again then. */
bool live_workspace_audit(struct live_workspace *live);

/* Does the path that named the root still lead to it? */
bool live_workspace_is_root_there(const struct live_workspace *live, const char *path);

#endif
