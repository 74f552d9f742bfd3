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

/* A batch or undo that is being applied, or was; what became of it is told by where its record lies. */
struct tracker_batch {
    uint64_t number;
    bool is_undo;
};

struct tracker {
    struct plan_cache cache;
    struct watcher watcher;
    struct tracker_batch *batches; /* of which the outcome has not been told */
    size_t batch_count, batch_capacity;
    uint64_t last_batch; /* the highest number of those that were told, or there at the start */
    bool has_batch_news;
    bool has_ended; /* of what was drained last: more than that files are being written */
    bool has_overflowed, is_told_degraded, has_lost_root, is_sweep_due;
    size_t audited_count; /* plans compared with the disk */
    size_t audit_differences;
};

/* Watch the root and read everything. @tracker must not be moved afterwards. */
bool tracker_open(struct tracker *tracker, const char *root, struct error *error);
void tracker_close(struct tracker *tracker);

/* Take note of what has changed; nothing is read yet. */
void tracker_drain(struct tracker *tracker);
/* Make the cache as current as the moment of the call. */
void tracker_freshen(struct tracker *tracker);

/* Read everything again, next time, and watch it anew. */
void tracker_sweep_soon(struct tracker *tracker);

/* Is something noted that has not been read, or read and not told, but for what is held back? */
bool tracker_is_behind(const struct tracker *tracker);
/* Has anything changed of which subscribers may have to be told? */
bool tracker_has_news(const struct tracker *tracker);
/* Freshen, and tell it all. Returns true if something is held back, because a file is being written: tell again later.
 */
bool tracker_tell(struct tracker *tracker, const struct events_sink *sink);
/* Subscribers are taken to know everything as it is now. */
void tracker_skip_news(struct tracker *tracker);

/* Compare one more plan with the disk. False if they differ, which is a bug of ours; it is read again then. */
bool tracker_audit(struct tracker *tracker);

/* Does the path, by which the root was named, still lead to it? */
bool tracker_is_root_there(const struct tracker *tracker, const char *path);

#endif
