#include "watch/watcher.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/memory.h"
#include "disk/files.h"
#include "doctor/check_system.h"

#define uthash_malloc(size)      memory_allocate(1, size)
#define uthash_free(pointer, sz) memory_free(pointer)
#define uthash_fatal(message)    abort()
#include <uthash.h>

/*
 * What may change an answer. IN_MODIFY as well: truncate(2) gives nothing else, and what a process has written before
 * it asks is seen also while it has the file open. Never IN_OPEN or IN_ACCESS: our own reading would wake us.
 */
static const uint32_t watched = IN_CREATE | IN_MODIFY | IN_CLOSE_WRITE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE |
                                IN_DELETE_SELF | IN_MOVE_SELF | IN_ATTRIB | IN_ONLYDIR | IN_EXCL_UNLINK;

/* Which folder it is. */
struct place {
    dev_t device;
    ino_t inode;
};

struct watch {
    int number;
    struct place place;
    uint64_t round;     /* in which it was added last */
    struct watch *same; /* the next path of the same folder, by a bind mount */
    UT_hash_handle by_path, by_number;
    char path[];
};

/* False without a folder. Where the mount on the way to it cannot be found out it is 0, which is taken for another one.
 */
static bool find_place(int folder, struct place *place, uint64_t *mount) {
    struct stat status;
    if (folder < 0 || fstat(folder, &status))
        return false;
    *place = (struct place){.device = status.st_dev, .inode = status.st_ino};
    *mount = 0;
    files_mount_of(folder, mount);
    return true;
}

static bool is_same_folder(const struct place *a, const struct place *b) {
    return a->device == b->device && a->inode == b->inode;
}

void watcher_open(struct watcher *watcher, int root) {
    struct place place;
    uint64_t mount = 0;
    find_place(root, &place, &mount);
    *watcher = (struct watcher){.root_mount = mount, .descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
    pthread_mutex_init(&watcher->lock, NULL);
}

/* --- the two tables --- */

static struct watch *find_path(const struct watcher *watcher, const char *path) {
    struct watch *found = NULL;
    HASH_FIND(by_path, watcher->by_path, path, strlen(path), found);
    return found;
}

static struct watch *find_number(const struct watcher *watcher, int number) {
    struct watch *found = NULL;
    HASH_FIND(by_number, watcher->by_number, &number, sizeof number, found);
    return found;
}

static void link_number(struct watcher *watcher, struct watch *watch) {
    struct watch *first = find_number(watcher, watch->number);
    if (first) {
        watch->same = first->same;
        first->same = watch;
    } else {
        HASH_ADD(by_number, watcher->by_number, number, sizeof watch->number, watch);
    }
}

/* Returns whether another path has the number still. */
static bool unlink_number(struct watcher *watcher, struct watch *watch) {
    struct watch *first = find_number(watcher, watch->number);
    if (first == watch) {
        HASH_DELETE(by_number, watcher->by_number, watch);
        if (watch->same)
            HASH_ADD(by_number, watcher->by_number, number, sizeof watch->number, watch->same);
    }
    for (struct watch *other = first == watch ? NULL : first; other; other = other->same)
        if (other->same == watch)
            other->same = watch->same;
    watch->same = NULL;
    return find_number(watcher, watch->number);
}

static void forget(struct watcher *watcher, struct watch *watch) {
    if (!unlink_number(watcher, watch))
        inotify_rm_watch(watcher->descriptor, watch->number); /* fails if the folder is gone, and so is the watch */
    HASH_DELETE(by_path, watcher->by_path, watch);
    memory_free(watch);
    watcher->count--;
}

void watcher_close(struct watcher *watcher) {
    struct watch *watch, *next;
    HASH_ITER(by_path, watcher->by_path, watch, next)
    forget(watcher, watch);
    if (watcher->descriptor >= 0)
        close(watcher->descriptor);
    pthread_mutex_destroy(&watcher->lock);
    *watcher = (struct watcher){.descriptor = -1};
}

/* --- adding --- */

static void refuse(struct watcher *watcher, const char *reason) {
    watcher->refused++;
    watcher->is_degraded = true;
    watcher->reason = reason;
}

/* inotify_init1 and open fail alike, for the user's instances and for this process's descriptors. */
static const char *why_no_instance(int failure) {
    AUTO_CLOSE int spare = open("/", O_PATH | O_CLOEXEC);
    if (failure == EMFILE && spare >= 0)
        return "no inotify instance is left (fs.inotify.max_user_instances)";
    if (failure == EMFILE || failure == ENFILE)
        return "too many open files";
    return failure == ENOSYS ? "the kernel does not have inotify (inotify_init1)"
                             : "inotify is refused (inotify_init1)";
}

static const char *why_no_watch(int failure) {
    switch (failure) {
    case ENOSPC:
        return "the limit of inotify watches is reached (fs.inotify.max_user_watches)";
    case ENOENT: /* there is no /proc */
    case ENOMEM:
        return "the kernel refuses a watch";
    case ENOSYS:
    case EPERM:
    case EINVAL:
    case EOPNOTSUPP:
        return "watches are refused (inotify_add_watch)";
    default: /* the folder is gone */
        return NULL;
    }
}

static void open_instance(struct watcher *watcher) {
    watcher->descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (watcher->descriptor < 0)
        refuse(watcher, why_no_instance(errno));
}

/* The watch's number, or -1 if there is none to be had: the folder is gone, or that has been noted as refused. */
static int request_watch(struct watcher *watcher, const struct watch *known, int folder) {
    char name[40];
    if (watcher->descriptor < 0)
        return -1;
    if (folder < 0) {
        if (errno == EMFILE || errno == ENFILE)
            refuse(watcher, "too many open files");
        return -1;
    }
    snprintf(name, sizeof name, "/proc/self/fd/%d", folder);
    int number = inotify_add_watch(watcher->descriptor, name, watched);
    const char *reason = number < 0 ? why_no_watch(errno) : NULL;
    if (number >= 0 && !(known && known->number == number) && !check_system_is_reporting(folder)) {
        reason = "the file system does not report changes, as far as is known";
        if (!find_number(watcher, number))
            inotify_rm_watch(watcher->descriptor, number);
        number = -1;
    }
    if (reason)
        refuse(watcher, reason);
    return number;
}

/*
 * Asking the kernel again would give nothing new: a folder that has the number of one that is gone is younger than the
 * event (IN_IGNORED) that makes us forget that one. Unless that event got lost: so a sweep asks for each.
 */
static bool is_watched(const struct watcher *watcher, const struct watch *watch, const struct place *place) {
    return watch && !watcher->is_sweeping && is_same_folder(&watch->place, place);
}

void watcher_add(struct watcher *watcher, const char *path, int folder) {
    struct place place;
    uint64_t mount;
    pthread_mutex_lock(&watcher->lock);
    struct watch *watch = find_path(watcher, path);
    bool is_there = find_place(folder, &place, &mount);
    watcher->has_crossed |= is_there && (mount != watcher->root_mount || mount == 0);
    int number = is_there && is_watched(watcher, watch, &place) ? watch->number
                                                                : request_watch(watcher, watch, is_there ? folder : -1);
    if (watch && watch->number != number) {
        forget(watcher, watch);
        watch = NULL;
    }
    if (!watch && number >= 0) {
        size_t length = strlen(path) + 1;
        watch = memory_allocate(1, sizeof *watch + length);
        memcpy(watch->path, path, length);
        watch->number = number;
        watch->place = place;
        HASH_ADD_KEYPTR(by_path, watcher->by_path, watch->path, strlen(watch->path), watch);
        link_number(watcher, watch);
        watcher->count++;
    }
    if (watch)
        watch->round = watcher->round;
    pthread_mutex_unlock(&watcher->lock);
}

void watcher_drop_beneath(struct watcher *watcher, const char *path) {
    struct watch *watch, *next;
    size_t length = strlen(path);
    pthread_mutex_lock(&watcher->lock);
    HASH_ITER(by_path, watcher->by_path, watch, next)
    if (strncmp(watch->path, path, length) == 0 && (watch->path[length] == '/' || watch->path[length] == '\0'))
        forget(watcher, watch);
    pthread_mutex_unlock(&watcher->lock);
}

void watcher_begin_round(struct watcher *watcher) {
    pthread_mutex_lock(&watcher->lock);
    watcher->round++;
    pthread_mutex_unlock(&watcher->lock);
}

void watcher_prune(struct watcher *watcher, watcher_needed *is_needed, void *data) {
    struct watch *watch, *next;
    pthread_mutex_lock(&watcher->lock);
    HASH_ITER(by_path, watcher->by_path, watch, next)
    if (watch->round != watcher->round && !(is_needed && is_needed(data, watch->path)))
        forget(watcher, watch);
    pthread_mutex_unlock(&watcher->lock);
}

void watcher_begin_sweep(struct watcher *watcher) {
    watcher_begin_round(watcher);
    pthread_mutex_lock(&watcher->lock);
    watcher->is_sweeping = true;
    watcher->has_crossed = false;
    watcher->refused = 0;
    if (watcher->descriptor < 0)
        open_instance(watcher);
    pthread_mutex_unlock(&watcher->lock);
}

void watcher_end_sweep(struct watcher *watcher) {
    watcher_prune(watcher, NULL, NULL);
    pthread_mutex_lock(&watcher->lock);
    watcher->is_sweeping = false;
    watcher->is_degraded = watcher->refused > 0;
    pthread_mutex_unlock(&watcher->lock);
}

/* --- draining --- */

struct change {
    watcher_change *call;
    void *data;
};

/*
 * The path of the watch at @position among those with the number, NULL if there are not so many; the caller frees it.
 * @is_gone: it is forgotten, so the next one has its position.
 */
static char *take_path(struct watcher *watcher, int number, size_t position, bool is_gone) {
    pthread_mutex_lock(&watcher->lock);
    struct watch *watch = find_number(watcher, number);
    for (size_t i = 0; watch && i < position; i++)
        watch = watch->same;
    char *path = watch ? memory_copy(watch->path) : NULL;
    if (watch && is_gone)
        forget(watcher, watch);
    pthread_mutex_unlock(&watcher->lock);
    return path;
}

static void report(struct watcher *watcher, const struct inotify_event *event, const struct change *change) {
    watcher->events++;
    if (event->mask & IN_Q_OVERFLOW) {
        watcher->overflows++;
        change->call(change->data, NULL, NULL, event->mask);
        return;
    }
    if (watcher->other)
        watcher->other(watcher->other_data, event);
    /* the call may drop watches: a folder of several paths is looked up again for each */
    bool is_gone = event->mask & IN_IGNORED;
    for (size_t i = 0;; i++) {
        AUTO_FREE char *path = take_path(watcher, event->wd, is_gone ? 0 : i, is_gone);
        if (!path)
            return;
        change->call(change->data, path, event->len ? event->name : NULL, event->mask);
    }
}

/* Only what was queued when we came: a process that never stops writing must not keep us here. */
void watcher_drain(struct watcher *watcher, watcher_change *call, void *data) {
    _Alignas(struct inotify_event) char part[65536];
    const struct change change = {call, data};
    int queued = 0;
    if (watcher->descriptor < 0)
        return;
    if (ioctl(watcher->descriptor, FIONREAD, &queued))
        queued = INT32_MAX;
    while (queued > 0) {
        ssize_t got = read(watcher->descriptor, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return;
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)(part + at);
            report(watcher, event, &change);
            at += (ssize_t)sizeof *event + event->len;
        }
        queued -= (int)got;
    }
}
