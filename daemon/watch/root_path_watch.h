/*
 * The ancestry: the folders and links that the root's path leads over. If one of them is moved, removed or replaced,
 * the path may lead elsewhere, or nowhere, and nothing in the root tells that.
 */
#ifndef BATCHD_ROOT_PATH_WATCH_H
#define BATCHD_ROOT_PATH_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct inotify_event;

/* {0} is empty. */
struct ancestry {
    int *numbers; /* of the watches; owned */
    size_t count, capacity;
    bool is_whole;    /* all of it is watched; else it has to be looked at now and then */
    bool has_changed; /* one of them has been moved, removed or replaced: the path may lead elsewhere now */
};

void ancestry_release(struct ancestry *ancestry);

/*
 * Watch what the root's path @named, absolute, leads over now, by the inotify instance @descriptor; -1 is none. @root:
 * the same path without links.
 */
void ancestry_watch(struct ancestry *ancestry, int descriptor, const char *named, const char *root);

/* An event of the instance, which may be about something else. @root: as above. */
void ancestry_note(struct ancestry *ancestry, const struct inotify_event *event, const char *root);

#endif
