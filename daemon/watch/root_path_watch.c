#include "watch/root_path_watch.h"

#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"

enum { LINKS_MOST = 40 }; /* in all, as many as the kernel follows (path_resolution(7)) */

/* What is being watched, and the instance that watches it. */
struct way {
    struct root_path_watch *root_path;
    int descriptor;
    int links_left;
};

static bool is_ours(const struct root_path_watch *root_path, int number) {
    for (size_t i = 0; i < root_path->count; i++)
        if (root_path->numbers[i] == number)
            return true;
    return false;
}

static void forget(struct root_path_watch *root_path, int number) {
    size_t kept = 0;
    for (size_t i = 0; i < root_path->count; i++)
        if (root_path->numbers[i] != number)
            root_path->numbers[kept++] = root_path->numbers[i];
    root_path->count = kept;
}

static bool watch(const struct way *way, const char *path, uint32_t mask) {
    struct root_path_watch *root_path = way->root_path;
    int number = inotify_add_watch(way->descriptor, path, mask | IN_MASK_ADD);
    if (number >= 0 && !is_ours(root_path, number))
        *LIST_ADD(root_path->numbers, root_path->count, root_path->capacity) = number;
    return number >= 0;
}

static bool watch_way(struct way *way, const char *path);

/* @part may be a link: then what it leads over counts as well. IN_ATTRIB: it loses one of several names. */
static bool watch_part(struct way *way, const char *part) {
    static const uint32_t watched = IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW;
    char target[PATH_MAX];
    if (!watch(way, part, watched))
        return false;
    ssize_t length = readlink(part, target, sizeof target - 1);
    if (length < 0)
        return true;
    target[length] = '\0';
    if (!watch(way, part, watched | IN_ATTRIB) || --way->links_left < 0)
        return false;
    AUTO(buffer) path = {0};
    if (target[0] != '/')
        buffer_append(&path, part, (size_t)(strrchr(part, '/') - part) + 1);
    buffer_append_string(&path, target);
    return watch_way(way, path.data);
}

/* Each beginning of the absolute path: "/a", "/a/b", and so on. */
static bool watch_way(struct way *way, const char *path) {
    AUTO(buffer) part = {0};
    bool is_watched = true;
    for (const char *end = path; *end && is_watched;) {
        end += 1 + strcspn(end + 1, "/");
        buffer_clear(&part);
        buffer_append(&part, path, (size_t)(end - path));
        is_watched = watch_part(way, part.data);
    }
    return is_watched;
}

/* A folder that a process has open, as the daemon has the root, does not report its removal; the one that it is in
 * does. */
static bool watch_parent(struct way *way, const char *root) {
    AUTO(buffer) parent = {0};
    const char *slash = strrchr(root, '/');
    buffer_append(&parent, root, slash == root ? 1 : (size_t)(slash - root));
    return watch(way, parent.data, IN_DELETE | IN_ONLYDIR);
}

void root_path_watch_release(struct root_path_watch *root_path) {
    memory_free(root_path->numbers);
    *root_path = (struct root_path_watch){0};
}

void root_path_watch_watch(struct root_path_watch *root_path, int descriptor, const char *named, const char *root) {
    struct way way = {root_path, descriptor, LINKS_MOST};
    root_path->is_whole = descriptor >= 0 && watch_way(&way, named) && watch_parent(&way, root);
}

static const uint32_t own = IN_MOVE_SELF | IN_DELETE_SELF | IN_ATTRIB | IN_UNMOUNT | IN_IGNORED;

/* What is removed in the root's parent is mostly something else; and the root's own entries are the watcher's. */
static bool concerns_us(const struct inotify_event *event, const char *root) {
    if (event->mask & own)
        return event->len == 0;
    return (event->mask & IN_DELETE) && event->len && strcmp(event->name, strrchr(root, '/') + 1) == 0;
}

void root_path_watch_note(struct root_path_watch *root_path, const struct inotify_event *event, const char *root) {
    if (!is_ours(root_path, event->wd))
        return;
    root_path->has_changed |= concerns_us(event, root);
    if (event->mask & IN_IGNORED) /* the watch is gone */
        forget(root_path, event->wd);
}
