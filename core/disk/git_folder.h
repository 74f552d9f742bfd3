/*
 * The git folder of the working tree around a folder, found without git(1): what all working trees of one repository
 * share (common), and what belongs to this one. The upward walk (upward_walk.h) ends at the .git; variables GIT_* are
 * ignored.
 *
 *   a folder .git           is the git folder and common
 *   a regular file .git     its line "gitdir: PATH" names the git folder. If that has a regular file commondir, common
 *                           is what it names (a linked worktree), else the git folder itself (a submodule)
 *
 * Both must belong to the user, and common must have HEAD, objects/ and refs/. The git folder must name this very
 * working tree: a linked one by its file gitdir, a submodule by core.worktree. So a tree that was copied or moved by
 * hand does not take part in another's repository.
 */
#ifndef BATCHD_GIT_FOLDER_H
#define BATCHD_GIT_FOLDER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/upward_walk.h"

/* The identity of one whose repository does not know the working tree. */
#define GIT_FOLDER_UNKNOWN "unknown"

/* {0} is outside git. Paths are absolute and owned. */
struct git_folder {
    char *top;              /* the folder of the working tree; NULL outside git */
    uint64_t device, inode; /* of its .git */
    char *folder;           /* the git folder; NULL if it is not found, or fails a check */
    char *common;           /* what all working trees share; may be @folder again */
};

/*
 * Find the git folder of the working tree that holds @start, an absolute path without links. Outside git this succeeds,
 * with {0}. CONFLICT, with the remedy, if a check fails: then only what is known of the .git is set. The caller
 * releases @git in any case.
 */
bool git_folder_find(struct git_folder *git, const char *start, const struct walk_limits *limits, struct error *error);
/* Append "device:inode" of the .git; "unknown" if the search for its git folder has failed; nothing outside git. */
void git_folder_append_identity(struct buffer *text, const struct git_folder *git);
/*
 * The tops of the working trees that share git->common and are there: the main one, unless the repository is bare, then
 * the linked ones. Absolute paths in @arena; their number in @count. None outside git.
 */
const char **git_folder_list_trees(const struct git_folder *git, struct arena *arena, size_t *count);
void git_folder_release(struct git_folder *git);

#endif
