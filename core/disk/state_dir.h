/*
 * Where the program's state lies in a workspace: .batchd/<key>/. The key is made of what a copy cannot bring along: the
 * inode number and the birth time of the folder .batchd itself, and of the user. So state is believed only where, and
 * by whom, it was made: what a clone, a copy, another user or another version has left in .batchd has another name, and
 * is no state. A workspace that is moved keeps its state, one that is copied begins afresh. The device is no part of
 * the key: its number changes when a disk is mounted anew.
 *
 * Where the file system has no birth times, the inode's generation (FS_IOC_GETVERSION) takes their place; where it has
 * neither, the inode number alone has to do, which a copy seldom meets by chance, but which can be guessed.
 *
 * Beside the state .batchd holds config and templates/, which may be committed, and a .gitignore that lets them
 * through. .batchd has the group and the mode of the workspace's folder, so that each member of a group has a key in
 * it; one lock on it is for all of them.
 */
#ifndef BATCHD_STATE_DIR_H
#define BATCHD_STATE_DIR_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/digest.h"
#include "base/error.h"
#include "disk/files.h"

#define STATE_DIR_FOLDER    ".batchd"
#define STATE_DIR_GITIGNORE STATE_DIR_FOLDER "/.gitignore"
#define STATE_DIR_ASIDE     ".batchd-old" /* where remedies move things to; no plans are looked for there */

enum { STATE_DIR_MODE = 0700 };

struct state_dir {
    const struct files *files;  /* borrowed */
    char key[DIGEST_FAST_TEXT]; /* "" where there is no folder .batchd */
    bool is_mine;               /* the key's folder is there, and mine alone; else nothing of it is used */
};

/* The folders of a state: records of batches; of what is pending; files that have no name yet. */
enum state_part { STATE_BATCHES, STATE_PENDING, STATE_STAGE, STATE_PARTS };

/* A path of the program's own; they are all short. */
struct state_path {
    char text[128];
};

/*
 * The key of @user for the folder at @path from the descriptor @folder, "" for @folder itself: a hash of the folder's
 * identity, which a copy does not share, and of the user. False with errno if it is no folder.
 */
bool state_dir_make_key(int folder, const char *path, uid_t user, char key[DIGEST_FAST_TEXT]);
/* Is that a folder of @user, in which no other user can write? */
bool state_dir_is_private(mode_t mode, uid_t owner, uid_t user);

/* Look for the state of this process's user. Makes nothing. False only if that is unknown (IO). */
bool state_dir_find(struct state_dir *state, const struct files *files, struct error *error);

/*
 * The same, and make what is not there.
 *   CONFLICT  something that is no folder has a name that is needed, or another user has the key's folder
 *   IO
 */
bool state_dir_make(struct state_dir *state, const struct files *files, struct error *error);

/* Can the state be used, or made? CONFLICT, with the remedy, if what has its name is not ours alone; IO. */
bool state_dir_check(const struct state_dir *state, struct error *error);

/* The path of the state itself. */
struct state_path state_dir_root(const struct state_dir *state);
/* The path of a folder of the state, or of the entry @name in it; @name may be NULL. */
struct state_path state_dir_path(const struct state_dir *state, enum state_part part, const char *name);

/* The command that lets its owner use the state again. */
struct state_path state_dir_remedy(const struct state_dir *state);

/* Is there a .gitignore that is the user's own, or lets through what may be committed? */
bool state_dir_is_hidden_from_git(const struct files *files);

/* Does @path, of a folder, lie in .batchd, or is it that? */
bool state_dir_holds(const char *path);

/* Is @name in .batchd the state of @user, as it would be found by that user? */
bool state_dir_is_of(const struct files *files, const char *name, uid_t user);
/* Is it the state of the user who owns it? Then that user is in @user. */
bool state_dir_is_of_owner(const struct files *files, const char *name, uid_t *user);
/* Is there state of another user, whom @user names? That of the owner of .batchd, where it may not be listed. */
bool state_dir_find_other(const struct state_dir *state, uid_t *user);

/*
 * Does the folder with the absolute path @folder hold state of @user: a folder .batchd, and in it one named by the key
 * that is @user's, and writable for @user alone? No link is followed from @folder on. One system call where there is no
 * .batchd, two where there is one (five without birth times). What cannot be looked at is not there.
 */
bool state_dir_is_mine(const char *folder, uid_t user);

#endif
