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
 * links, folders in a file's place and special files among it; What lies behind a link is
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

struct stat;
struct statx;

/* Differs between two states of a file, without reading it. It has no padding, so that its bytes can be compared. */
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

/* statx(2); where that is refused, what fstatat(2) reports, without birth time and mount (see stx_mask). 0, or -1 with
 * errno. */
int files_statx(int folder, const char *path, int flags, unsigned mask, struct statx *status);

/* Which mount a descriptor was reached by; false with errno if neither statx(2) nor /proc reports it. */
bool files_mount_of(int descriptor, uint64_t *mount);
/* Which mount @path is on: moving works within one only. Bind mounts of one file system differ. */
bool files_mount(const struct files *files, const char *path, uint64_t *mount, struct error *error);

/* A descriptor of a folder that only names it (O_PATH), or -1 with errno: for calls that need one. */
int files_open_folder(const struct files *files, const char *path);

/*
 * Is the file open for writing in any process? Known by a lease (fcntl(2), F_SETLEASE), which only the file's owner can
 * take, and not on every file system: where that is unknown, no. The process must ignore SIGIO.
 */
bool files_is_being_written(const struct files *files, const char *path);

/* --- for files_write.h and files_lock.h only --- */

/* May the operation happen? Else errno is what it fails with. Every operation asks. */
bool files_may(const struct files *files, enum files_operation operation, const char *path);
/* A descriptor, or -1 with errno. */
int files_open_path(const struct files *files, enum files_operation operation, const char *path, int flags,
                    mode_t mode);
/* The same of the folder that holds @path, whose last component is @name (borrowed from @path). */
int files_open_parent(const struct files *files, const char *path, const char **name);
struct file_identity files_identity(const struct stat *status);
/*
 * How a call fails that is not available: the kernel is too old, the file system does not have it, or a filter of a
 * container forbids it (seccomp(2)). It may also have been called for something impossible.
 */
bool files_is_refusal(int failure);
/* What errors call the file. The caller frees it. */
char *files_name(const struct files *files, const char *path);
/* Note which file an error, which is set, is about. Always false. */
bool files_about(const struct files *files, const char *path, struct error *error);
/* Set "cannot ACTION PATH: cause". Always false. */
bool files_fail(const struct files *files, int failure, const char *action, const char *path, struct error *error);
/* The same where no system call has failed. */
bool files_reject(const struct files *files, const char *action, const char *path, const char *reason,
                  struct error *error);

#endif
