/*
 * The walk upward from a folder to a boundary: which folders around it may have a say. The searches for the workspace
 * and for its git folder walk the same way.
 *
 * The walk ends before $HOME and before "/"; at a mount point; before a folder that is not own, and before one that is
 * sticky and world-writable. Own is what belongs to the user; for root also what belongs to the user who called sudo,
 * or to the owner of the folder where the walk starts. No link is followed. The caller ends it earlier where it has
 * found what it looks for, and at the top of a working tree (upward_walk_at_tree).
 *
 *     for (char *folder = memory_copy(start); upward_walk_step(&walk, folder); folder = path_parent(folder))
 *         if (upward_walk_at_tree(&walk))
 *             break;
 */
#ifndef BATCHD_UPWARD_WALK_H
#define BATCHD_UPWARD_WALK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* By its name in a folder, a working tree is known. */
#define WORKING_TREE_GIT ".git"

/* What the walk depends on beside the disk; borrowed. */
struct walk_limits {
    const char *home; /* $HOME, or NULL */
    uid_t user;
    uid_t sudo_user; /* who called sudo, if @user is root; else @user */
};

/* What the walk has to know of a folder or a file. */
struct walk_look {
    mode_t mode;
    uid_t owner;
    uint32_t device_major, device_minor;
    uint64_t inode, mount; /* the mount is 0 where the kernel does not report it */
};

/* Why the walk ended where it did. */
enum walk_boundary {
    BOUNDARY_TREE, /* its last folder is the top of a working tree, or the caller has ended it */
    BOUNDARY_HOME,
    BOUNDARY_SLASH,
    BOUNDARY_MOUNT,
    BOUNDARY_FOREIGN, /* the folder above belongs to another user */
    BOUNDARY_SHARED,  /* the folder above is sticky and world-writable */
    BOUNDARY_UNKNOWN, /* the folder above cannot be looked at */
};

struct walk_step {
    char *folder; /* absolute */
    struct walk_look look;
};

/* {.limits = &limits} is a walk that has not begun. */
struct upward_walk {
    const struct walk_limits *limits;
    uid_t start_owner;
    struct walk_look home; /* of inode 0 if there is none */
    struct walk_step *steps;
    size_t count, capacity;
    enum walk_boundary boundary;
    int failure; /* errno; with BOUNDARY_UNKNOWN */
};

/* @flags: AT_SYMLINK_NOFOLLOW, or 0. False with errno. */
bool walk_look_at(const char *path, int flags, struct walk_look *look);
bool walk_is_same_folder(const struct walk_look *a, const struct walk_look *b);

/* Take the step to @folder, which is absolute and becomes the walk's. False if the walk ends before it; the boundary
 * says why. */
bool upward_walk_step(struct upward_walk *walk, char *folder);
/* Does the last step have an own .git of any kind? A linked worktree and a submodule are working trees, too. */
bool upward_walk_at_tree(const struct upward_walk *walk);
/* Is @owner one whose folders are own? */
bool upward_walk_is_own(const struct upward_walk *walk, uid_t owner);
void upward_walk_release(struct upward_walk *walk);

#endif
