#include "ancestry.h"

#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>
#include <sys/inotify.h>
#include <unistd.h>

#include "buffer.h"

enum { LINKS_MOST = 40 }; /* in all, as many as the kernel follows (path_resolution(7)) */

static bool watch_way(const struct ancestry *ancestry, const char *path, int *links_left);

/* @part may be a link: then what it leads over counts as well. IN_ATTRIB: it loses one of several names. */
static bool watch_part(const struct ancestry *ancestry, const char *part, int *links_left) {
    static const uint32_t watched = IN_MOVE_SELF | IN_DELETE_SELF | IN_DONT_FOLLOW | IN_MASK_ADD;
    char target[PATH_MAX];
    if (inotify_add_watch(ancestry->descriptor, part, watched) < 0)
        return false;
    ssize_t length = readlink(part, target, sizeof target - 1);
    if (length < 0)
        return true;
    target[length] = '\0';
    if (inotify_add_watch(ancestry->descriptor, part, watched | IN_ATTRIB) < 0 || --*links_left < 0)
        return false;
    struct buffer path = {0};
    if (target[0] != '/')
        buffer_append(&path, part, (size_t)(strrchr(part, '/') - part) + 1);
    buffer_append_string(&path, target);
    bool is_watched = watch_way(ancestry, path.data, links_left);
    buffer_release(&path);
    return is_watched;
}

/* Each beginning of the absolute path: "/a", "/a/b", and so on. */
static bool watch_way(const struct ancestry *ancestry, const char *path, int *links_left) {
    struct buffer part = {0};
    bool is_watched = true;
    for (const char *end = path; *end && is_watched;) {
        end += 1 + strcspn(end + 1, "/");
        buffer_clear(&part);
        buffer_append(&part, path, (size_t)(end - path));
        is_watched = watch_part(ancestry, part.data, links_left);
    }
    buffer_release(&part);
    return is_watched;
}

/* A folder that somebody has open, as we have the root, does not tell that it is removed: the one it is in does. */
static bool watch_parent(const struct ancestry *ancestry, const char *root) {
    struct buffer parent = {0};
    const char *slash = strrchr(root, '/');
    buffer_append(&parent, root, slash == root ? 1 : (size_t)(slash - root));
    bool is_watched = inotify_add_watch(ancestry->descriptor, parent.data, IN_DELETE | IN_ONLYDIR | IN_MASK_ADD) >= 0;
    buffer_release(&parent);
    return is_watched;
}

void ancestry_open(struct ancestry *ancestry) {
    *ancestry = (struct ancestry){.descriptor = inotify_init1(IN_NONBLOCK | IN_CLOEXEC)};
}

void ancestry_close(struct ancestry *ancestry) {
    if (ancestry->descriptor >= 0)
        close(ancestry->descriptor);
    *ancestry = (struct ancestry){.descriptor = -1};
}

void ancestry_watch(struct ancestry *ancestry, const char *named, const char *root) {
    int links_left = LINKS_MOST;
    ancestry->is_whole =
        ancestry->descriptor >= 0 && watch_way(ancestry, named, &links_left) && watch_parent(ancestry, root);
}

/* What is removed in the root's parent is mostly something else. */
static bool concerns_us(const struct inotify_event *event, const char *root) {
    return !(event->mask & IN_DELETE) || strcmp(event->name, strrchr(root, '/') + 1) == 0;
}

bool ancestry_may_have_changed(struct ancestry *ancestry, const char *root) {
    _Alignas(struct inotify_event) char part[8192];
    bool is_concerned = false;
    for (;;) {
        ssize_t got = read(ancestry->descriptor, part, sizeof part);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            break;
        for (ssize_t at = 0; at < got;) {
            const struct inotify_event *event = (const struct inotify_event *)(const void *)(part + at);
            is_concerned |= concerns_us(event, root);
            at += (ssize_t)sizeof *event + event->len;
        }
    }
    return is_concerned;
}
