/*
 * Files on the disk. Everything the core reads or writes goes through here, beneath one root folder and never outside
 * it: each path is opened relative to the root's descriptor without following any link (openat2(2) with
 * RESOLVE_BENEATH, NO_SYMLINKS, NO_MAGICLINKS; component by component with O_NOFOLLOW where openat2 is not available).
 *
 * A newer call may not be available: on an old kernel, on some file systems, in a container that filters calls (with
 * ENOSYS, EPERM, EINVAL or EOPNOTSUPP). Then an older one does the same, or the error names the call.
 *
 * Paths are relative to the root, without "." or ".." and without a leading slash; "" is the root itself.
 *
 * A hook sees every operation before it happens. Tests use it to fail the k-th call and to count what a command does.
 * A watcher receives each folder that is listed, before its entries are read.
 *
 * Failures: NOT_FOUND the path, or part of it, does not exist; CONFLICT a name is occupied; IO everything else,
 * links, folders in a file's place and special files among it; TIMEOUT from files_lock. What lies behind a link is
 * absent.
 */
#ifndef BATCHD_FILES_H
#define BATCHD_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "disk/listing.h"

enum { FILES_PATH_BYTES_MOST = 4095 }; /* PATH_MAX of Linux, less the NUL */

enum files_operation {
    FILES_OPEN, /* a file or folder */
    FILES_LIST,
    FILES_READ,
    FILES_LOOK,
    FILES_CREATE,
    FILES_WRITE,
    FILES_SYNC,
    FILES_PUBLISH,
    FILES_EXCHANGE,
    FILES_MAKE_FOLDER,
    FILES_REMOVE,
    FILES_REMOVE_FOLDER,
    FILES_LOCK,
};

/* Is the file to be treated as absent? See pending.h. */
typedef bool files_hidden(const void *data, const char *path, uint64_t inode);

/* Returns 0 to let the operation happen, or the errno it must fail with. */
typedef int files_hook(void *data, enum files_operation operation, const char *path);

/* A folder is about to be listed. @folder: its descriptor; -1, with errno, if it cannot be opened. */
typedef void files_listing(void *data, const char *path, int folder);

struct files {
    int root;          /* descriptor of the root folder */
    const char *label; /* what precedes paths in errors; NULL for a workspace: they are relative to it, and noted */
    files_hook *hook;  /* may be NULL */
    void *hook_data;
    files_listing *listing; /* may be NULL */
    void *listing_data;
    files_hidden *is_hidden; /* may be NULL: everything is seen */
    const void *hidden_data;
};

#define FILES_CLOSED ((struct files){.root = -1})

enum file_kind { FILE_ABSENT, FILE_REGULAR, FILE_FOLDER, FILE_OTHER };

/* Differs between two states of a file, without reading it. It has no padding, so that its bytes can be compared. */
struct statx;

struct file_identity {
    uint64_t device, inode;
    int64_t mtime_ns, ctime_ns;
    uint64_t size_bytes;
    uint32_t links;
    mode_t mode;
    uid_t owner;
    gid_t group;
};

/* Open the root; the path of the root itself may lead over links. */
bool files_open(struct files *files, const char *root, struct error *error);
void files_close(struct files *files);

/* Is @path relative, normal and short enough? Nothing else is ever opened. */
bool files_is_path(const char *path);

/* What is at @path, links not followed. False only if that is unknown (no permission, I/O error). */
bool files_look(const struct files *files, const char *path, enum file_kind *kind, struct file_identity *identity,
                struct error *error);

/* The same without its reasons: FILE_ABSENT if it cannot be looked at, too. */
enum file_kind files_kind(const struct files *files, const char *path);
/* Can this process make and remove entries in the folder @path? 0, or the errno with which that fails: ENOENT, EROFS,
 * EACCES, ... */
int files_access(const struct files *files, const char *path);

/*
 * Append a regular file's content to @content. A file that is larger than @most bytes is an error (IO, EFBIG), a
 * file that is no regular one too. @identity may be NULL.
 */
bool files_read(const struct files *files, const char *path, size_t most, struct buffer *content,
                struct file_identity *identity, struct error *error);

/* Names and kinds in a folder, sorted by name (see listing.h). */
bool files_list(const struct files *files, const char *path, struct listing *listing, struct error *error);

/* Find the identities of the regular files among @listing, which is one of the folder @path. One that is gone has none.
 */
void files_identify(const struct files *files, const char *path, struct listing *listing);

/* For files_create: the mode, and all else, that the folder hands down. */
#define FILES_MODE_INHERITED ((mode_t)-1)

/*
 * Create a file that did not exist, with exactly these bytes and mode, made durable if @is_synced. It has its name
 * while it is written, so this is for names that no other process looks for. CONFLICT if the name is taken: nothing is
 * replaced.
 */
bool files_create(const struct files *files, const char *path, struct span content, mode_t mode, bool is_synced,
                  struct file_identity *identity, struct error *error);

/* Append to a file that exists. On failure part of it may have been written. */
bool files_append(const struct files *files, const char *path, struct span content, struct error *error);

/* statx(2); where that is refused, what fstatat(2) reports, without birth time and mount (see stx_mask). 0, or -1 with
 * errno. */
int files_statx(int folder, const char *path, int flags, unsigned mask, struct statx *status);

/* Which mount a descriptor was reached by; false with errno if neither statx(2) nor /proc reports it. */
bool files_mount_of(int descriptor, uint64_t *mount);
/* Which mount @path is on: moving works within one only. Bind mounts of one file system differ. */
bool files_mount(const struct files *files, const char *path, uint64_t *mount, struct error *error);

/*
 * Move @from to @to, which must not exist (renameat2 NOREPLACE, or link and unlink). CONFLICT if it does; IO with EXDEV
 * across mounts.
 */
bool files_publish(const struct files *files, const char *from, const char *to, struct error *error);

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
/* Make the folder @path hand down what the folder @model does: group, s bit, default ACL, and SELinux's label. */
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

/* A descriptor of a folder that only names it (O_PATH), or -1 with errno: for calls that need one. */
int files_open_folder(const struct files *files, const char *path);

/*
 * Is the file open for writing in any process? Known by a lease (fcntl(2), F_SETLEASE), which only the file's owner can
 * take, and not on every file system: where that is unknown, no. The process must ignore SIGIO.
 */
bool files_is_being_written(const struct files *files, const char *path);

/*
 * Lock a folder (flock on its descriptor, so unlinking cannot split the lock). On a file system that locks no folders
 * (NFS) it is the file "lock" in it, which must not be removed; the root has none, so that is an error (IO). Waits up
 * to
 * @timeout_ms; TIMEOUT then. Returns the descriptor to hold and close, or -1.
 */
int files_lock(const struct files *files, const char *path, int timeout_ms, struct error *error);

/*
 * Is that what flock says of a folder that it cannot lock? NFS wants a descriptor that can write, which a folder does
 * not have.
 */
bool files_locks_no_folders(int failure);
enum { FILES_SHARED_MODE = 0660 }; /* of a lock for all users of a folder */
/*
 * Lock a regular file, which is made with @mode if it is missing. The file that has the name is locked in the end, also
 * if another one took its place during the wait.
 */
int files_lock_file(const struct files *files, const char *path, mode_t mode, int timeout_ms, struct error *error);

/* The process that holds the lock of a folder; 0 if none does, or the kernel does not report it. Takes no lock itself.
 */
long files_lock_holder(const struct files *files, const char *path);

#endif
