/*
 * The watch of the root's path: the folders and links that the root's path leads over. If one of them is moved, removed
 * or replaced, the path may lead elsewhere, or nowhere, and nothing in the root reports that.
 */
#ifndef BATCHD_ROOT_PATH_WATCH_H
#define BATCHD_ROOT_PATH_WATCH_H

#include <stdbool.h>
#include <stddef.h>

struct inotify_event;

/* {0} is empty. */
struct root_path_watch {
    int *numbers; /* of the watches; owned */
    size_t count, capacity;
    bool is_whole;    /* all of it is watched; else it has to be looked at now and then */
    bool has_changed; /* one of them has been moved, removed or replaced: the path may lead elsewhere now */
};

void root_path_watch_release(struct root_path_watch *root_path);

/*
 * Watch what the root's path @named, absolute, leads over now, by the inotify instance @descriptor; -1 is none. @root:
 * the same path without links.
 */
void root_path_watch_watch(struct root_path_watch *root_path, int descriptor, const char *named, const char *root);

/* An event of the instance, which may be about something else. @root: as above. */
void root_path_watch_note(struct root_path_watch *root_path, const struct inotify_event *event, const char *root);

#endif
