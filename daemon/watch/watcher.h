/*
 * The watcher: which folders have changed since it was asked last. The kernel queues an event before the call that
 * changes a folder returns (inotify(7)), so once the queue is drained nothing that had happened before is unknown.
 *
 * libuv's own file events are of no use here: on Linux they drop the overflow of the queue and the end of a write.
 *
 * A folder that cannot be watched (limits, a file system that does not report what others do to it) makes the watcher
 * degraded: then everything has to be looked at now and then. So does a kernel that gives no inotify instance. Each
 * sweep tries again.
 *
 * A user may have few instances, so the daemon has this one only, and @other gets what concerns none of the folders.
 */
#ifndef BATCHD_WATCHER_H
#define BATCHD_WATCHER_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct watch;
struct inotify_event;

struct watcher {
    int descriptor; /* readable when there is something to drain; -1 while there is no instance */
    struct watch *by_path, *by_number;
    pthread_mutex_t lock; /* of all that watcher_add changes */
    uint64_t round;       /* counts them */
    bool is_sweeping;
    uint64_t root_mount;     /* that the root lies on */
    atomic_bool has_crossed; /* a folder of another mount was added since the last sweep began */
    size_t refused;          /* folders that could not be watched since the last sweep began */
    atomic_size_t count;     /* of watches */
    atomic_bool is_degraded;
    _Atomic(const char *) reason; /* why */
    uint64_t events, overflows;

    /* Gets each event, before the folder's change; may be NULL. */
    void (*other)(void *data, const struct inotify_event *event);
    void *other_data;
};

/*
 * A change in @folder: to the entry @name, or to the folder itself if that is NULL. @mask as in inotify(7);
 * IN_Q_OVERFLOW comes with the folder NULL.
 */
typedef void watcher_change(void *data, const char *folder, const char *name, uint32_t mask);

/* @root: the root's descriptor. */
void watcher_open(struct watcher *watcher, int root);
void watcher_close(struct watcher *watcher);

/*
 * Watch the folder at @path, open as @folder; harmless if it is watched already. -1 if it is not there, or errno says
 * why it could not be opened. From any thread.
 */
void watcher_add(struct watcher *watcher, const char *path, int folder);
/* Forget the folder and all beneath it: it has been moved away, or another one has its name. */
void watcher_drop_beneath(struct watcher *watcher, const char *path);

/* Is the folder watched for a reason, although it was not added again? */
typedef bool watcher_needed(void *data, const char *path);

/* Forget what is neither added after the beginning of the round nor needed. */
void watcher_begin_round(struct watcher *watcher);
void watcher_prune(struct watcher *watcher, watcher_needed *is_needed, void *data);

/* A round in which everything is added that is needed; afterwards it is known whether all could be watched. */
void watcher_begin_sweep(struct watcher *watcher);
void watcher_end_sweep(struct watcher *watcher);

/* Report every change that has been queued so far. */
void watcher_drain(struct watcher *watcher, watcher_change *change, void *data);

#endif
