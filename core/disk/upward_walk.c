#include "disk/upward_walk.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/path.h"
#include "disk/files.h"

bool walk_look_at(const char *path, int flags, struct walk_look *look) {
    struct statx status;
    if (files_statx(AT_FDCWD, path, flags | AT_NO_AUTOMOUNT,
                    STATX_TYPE | STATX_MODE | STATX_UID | STATX_INO | STATX_MNT_ID, &status))
        return false;
    *look = (struct walk_look){status.stx_mode,      status.stx_uid,
                               status.stx_dev_major, status.stx_dev_minor,
                               status.stx_ino,       status.stx_mask & STATX_MNT_ID ? status.stx_mnt_id : 0};
    return true;
}

bool walk_is_same_folder(const struct walk_look *a, const struct walk_look *b) {
    return a->device_major == b->device_major && a->device_minor == b->device_minor && a->inode == b->inode;
}

static bool is_same_mount(const struct walk_look *a, const struct walk_look *b) {
    return a->device_major == b->device_major && a->device_minor == b->device_minor && a->mount == b->mount;
}

bool upward_walk_is_own(const struct upward_walk *walk, uid_t owner) {
    const struct walk_limits *limits = walk->limits;
    return owner == limits->user || (limits->user == 0 && (owner == limits->sudo_user || owner == walk->start_owner));
}

bool upward_walk_at_tree(const struct upward_walk *walk) {
    struct walk_look look;
    assert(walk->count);
    AUTO_FREE char *path = path_in(walk->steps[walk->count - 1].folder, WORKING_TREE_GIT);
    return walk_look_at(path, AT_SYMLINK_NOFOLLOW, &look) && upward_walk_is_own(walk, look.owner);
}

/* Does the walk end before the folder? Then its boundary says why. */
static bool ends_before(struct upward_walk *walk, const char *folder, const struct walk_look *look) {
    const struct walk_step *last = walk->count ? &walk->steps[walk->count - 1] : NULL;
    bool is_home = walk->home.inode && walk_is_same_folder(look, &walk->home);
    bool is_shared = (look->mode & S_ISVTX) && (look->mode & S_IWOTH);
    if (strcmp(folder, "/") == 0 || is_home)
        walk->boundary = is_home ? BOUNDARY_HOME : BOUNDARY_SLASH;
    else if (last && !is_same_mount(look, &last->look))
        walk->boundary = BOUNDARY_MOUNT;
    else if (is_shared)
        walk->boundary = BOUNDARY_SHARED;
    else if (!upward_walk_is_own(walk, look->owner))
        walk->boundary = BOUNDARY_FOREIGN;
    else
        return false;
    return true;
}

/* Before the first step. */
static void begin(struct upward_walk *walk, const struct walk_look *start) {
    walk->start_owner = start->owner;
    if (walk->limits->home)
        walk_look_at(walk->limits->home, 0, &walk->home);
}

bool upward_walk_step(struct upward_walk *walk, char *folder) {
    struct walk_look look;
    if (!walk_look_at(folder, AT_SYMLINK_NOFOLLOW, &look)) {
        walk->failure = errno;
        walk->boundary = BOUNDARY_UNKNOWN;
        memory_free(folder);
        return false;
    }
    if (walk->count == 0)
        begin(walk, &look);
    if (ends_before(walk, folder, &look)) {
        memory_free(folder);
        return false;
    }
    *LIST_ADD(walk->steps, walk->count, walk->capacity) = (struct walk_step){folder, look};
    walk->boundary = BOUNDARY_TREE;
    return true;
}

void upward_walk_release(struct upward_walk *walk) {
    for (size_t i = 0; i < walk->count; i++)
        memory_free(walk->steps[i].folder);
    memory_free(walk->steps);
    *walk = (struct upward_walk){0};
}
