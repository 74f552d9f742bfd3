/*
 * Files that are written: created, moved to their names, removed and made durable, beneath the root of struct files and
 * under the rules of files.h, as are the failures.
 */
#ifndef BATCHD_FILES_WRITE_H
#define BATCHD_FILES_WRITE_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "disk/files.h"

/* For files_create: the mode, and all else, that the folder hands down. */
#define FILES_MODE_INHERITED ((mode_t)-1)

/*
 * Create a file that did not exist, with exactly these bytes and mode, made durable if @is_synced. It has its name
 * while it is written, so this is for names that no other process looks for. CONFLICT if the name is taken: nothing is
 * replaced. @inode may be NULL.
 */
bool files_create(const struct files *files, const char *path, struct span content, mode_t mode, bool is_synced,
                  uint64_t *inode, struct error *error);

/* Append to a file that exists. On failure part of it may have been written. */
bool files_append(const struct files *files, const char *path, struct span content, struct error *error);

/*
 * Move @from to @to, which must not exist (renameat2 NOREPLACE, or link and unlink). CONFLICT if it does; IO with EXDEV
 * across mounts.
 */
bool files_publish(const struct files *files, const char *from, const char *to, struct error *error);

/*
 * The same from the name @from_name in one open folder into another, which is that of the path @to. A descriptor below
 * 0: it could not be opened, errno says why.
 */
bool files_publish_between(const struct files *files, int from_folder, const char *from_name, int to_folder,
                           const char *to, struct error *error);

/* Move @from to @to in one step, in the place of the file that has that name, if there is one. */
bool files_replace(const struct files *files, const char *from, const char *to, struct error *error);

/*
 * Give two files each the name of the other, in one step (renameat2 EXCHANGE). NOT_FOUND if one is absent; IO where the
 * file system or the kernel cannot do that, and across mounts.
 */
bool files_exchange(const struct files *files, const char *one, const char *other, struct error *error);

/* With this mode, unless the folder above hands down one by an ACL; its group and s bit are kept as they are handed
 * down. */
bool files_make_folder(const struct files *files, const char *path, mode_t mode, struct error *error);
/* Give a folder or file of ours another group and mode, where they differ. */
bool files_set_rights(const struct files *files, const char *path, gid_t group, mode_t mode, struct error *error);

/* What a folder hands down to what is made in it. */
enum files_descent {
    FILES_DESCENT_MODE, /* nothing but, with an s bit, its group: files get the mode they are created with */
    FILES_DESCENT_ACL,  /* a default ACL as well, which goes before any mode */
    FILES_DESCENT_LOST, /* of files_hand_down: this process may not hand it on */
};
/* Does the folder @path hand down what the folder @model does: group, s bit, default ACL, and SELinux's label? */
bool files_hands_down_same(const struct files *files, const char *model, const char *path, bool *is_same,
                           enum files_descent *descent, struct error *error);
/* Make the folder @path hand down the same as the folder @model. */
bool files_hand_down(const struct files *files, const char *model, const char *path, enum files_descent *descent,
                     struct error *error);
/* What @path itself hands down. */
bool files_look_at_descent(const struct files *files, const char *path, enum files_descent *descent,
                           struct error *error);
bool files_remove(const struct files *files, const char *path, struct error *error);
/* Only an empty one; CONFLICT otherwise. */
bool files_remove_folder(const struct files *files, const char *path, struct error *error);
/* Make a folder's entries durable. */
bool files_sync_folder(const struct files *files, const char *path, struct error *error);
/*
 * Make everything on the file system of @path durable, names and contents (syncfs). Where that is not available, each
 * file was synced when it was written, and sync(2) makes the names durable.
 */
bool files_sync_all(const struct files *files, const char *path, struct error *error);

struct stat;

/*
 * Give an open file, whose @status is known, the mode: modes follow the parent folder, not the umask. True also where
 * none can be set (FAT, CIFS): there files have the mount's mode. False with errno.
 */
bool files_set_mode(int descriptor, const struct stat *status, mode_t mode);

#endif
