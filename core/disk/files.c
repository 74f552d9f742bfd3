#include "disk/files.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/memory.h"

/*
 * How a call fails that is not available: the kernel is too old, the file system does not have it, or a filter of a
 * container forbids it (seccomp(2)). It may also have been called for something impossible.
 */
bool files_is_refusal(int failure) {
    return failure == ENOSYS || failure == EPERM || failure == EINVAL || failure == EOPNOTSUPP;
}

/* Every operation asks here first. True if it may happen; else errno is what it fails with. */
bool files_may(const struct files *files, enum files_operation operation, const char *path) {
    int failure = files->hook ? files->hook(files->hook_data, operation, path) : 0;
    if (failure)
        errno = failure;
    return failure == 0;
}

/* Notes which file an error, which is set, is about. Always returns false. */
bool files_about(const struct files *files, const char *path, struct error *error) {
    return files->label ? false : error_about(error, path[0] ? path : ".");
}

char *files_name(const struct files *files, const char *path) {
    struct buffer name = {0};
    buffer_append_format(&name, "%s%s%s", files->label ? files->label : "", files->label ? "/" : "",
                         path[0] ? path : ".");
    return name.data;
}

/* Sets "cannot ACTION PATH: cause". Always returns false. */
bool files_fail(const struct files *files, int failure, const char *action, const char *path, struct error *error) {
    AUTO_FREE char *name = files_name(files, path);
    error_set_system(error, failure, "cannot %s %s", action, name);
    return files_about(files, path, error);
}

/* The same where no system call has failed. */
bool files_reject(const struct files *files, const char *action, const char *path, const char *reason,
                  struct error *error) {
    AUTO_FREE char *name = files_name(files, path);
    error_set(error, ERROR_IO, "cannot %s %s: %s", action, name, reason);
    return files_about(files, path, error);
}

bool files_is_path(const char *path) {
    if (strlen(path) > FILES_PATH_BYTES_MOST)
        return false;
    if (path[0] == '\0')
        return true;
    for (const char *part = path;; part++) {
        size_t length = strcspn(part, "/");
        bool is_dots = (length == 1 && part[0] == '.') || (length == 2 && part[0] == '.' && part[1] == '.');
        if (length == 0 || length > NAME_MAX || is_dots)
            return false;
        part += length;
        if (*part == '\0')
            return true;
    }
}

/* --- opening beneath the root --- */

/* Where openat2 is not available: one component at a time, none of them a link. */
static int open_stepwise(int root, const char *path, int flags, mode_t mode) {
    int folder = fcntl(root, F_DUPFD_CLOEXEC, 0);
    for (bool is_last = false; folder >= 0 && !is_last;) {
        AUTO_CLOSE int parent = folder;
        size_t length = strcspn(path, "/");
        is_last = path[length] == '\0';
        AUTO_FREE char *name = memory_copy_part(path, length);
        folder =
            openat(parent, name, is_last ? flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, mode);
        path += length + 1;
    }
    return folder;
}

static int open_at_once(int root, const char *path, int flags, mode_t mode) {
    struct open_how how = {
        .flags = (unsigned long long)(flags | O_CLOEXEC),
        .mode = flags & (O_CREAT | O_TMPFILE) & ~O_DIRECTORY ? mode : 0,
        .resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS,
    };
    int descriptor;
    do
        descriptor = (int)syscall(SYS_openat2, root, path, &how, sizeof how);
    while (descriptor < 0 && (errno == EAGAIN || errno == EINTR));
    return descriptor;
}

/* Is openat2 refused for the root itself, which is open? Leaves errno alone. */
static bool is_openat2_refused(int root) {
    int failure = errno;
    AUTO_CLOSE int descriptor = open_at_once(root, ".", O_PATH | O_DIRECTORY, 0);
    bool is_refused = descriptor < 0 && files_is_refusal(errno);
    errno = failure;
    return is_refused;
}

static int open_beneath(int root, const char *path, int flags, mode_t mode) {
    static _Atomic bool has_no_openat2;
    if (path[0] == '\0')
        path = ".";
    if (!has_no_openat2) {
        int descriptor = open_at_once(root, path, flags, mode);
        if (descriptor >= 0 || !files_is_refusal(errno) || !is_openat2_refused(root))
            return descriptor;
        has_no_openat2 = true;
    }
    return open_stepwise(root, path, flags | O_CLOEXEC, mode);
}

int files_open_path(const struct files *files, enum files_operation operation, const char *path, int flags,
                    mode_t mode) {
    if (!files_is_path(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return files_may(files, operation, path) ? open_beneath(files->root, path, flags, mode) : -1;
}

/* The folder that holds @path, and the last component in @name (borrowed from @path). */
int files_open_parent(const struct files *files, const char *path, const char **name) {
    const char *slash = strrchr(path, '/');
    *name = slash ? slash + 1 : path;
    if (!files_is_path(path) || path[0] == '\0') {
        errno = ENAMETOOLONG;
        return -1;
    }
    AUTO_FREE char *folder = memory_copy_part(path, slash ? (size_t)(slash - path) : 0);
    return open_beneath(files->root, folder, O_PATH | O_DIRECTORY, 0);
}

bool files_open(struct files *files, const char *root, struct error *error) {
    *files = FILES_CLOSED;
    do
        files->root = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    while (files->root < 0 && errno == EINTR);
    return files->root >= 0 || error_set_system(error, errno, "cannot open the folder %s", root);
}

void files_close(struct files *files) {
    auto_close(&files->root);
    *files = FILES_CLOSED;
}

/* --- looking and reading --- */

static int64_t nanoseconds(struct timespec time) {
    return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

_Static_assert(sizeof(struct file_identity) == 56, "it has padding");

struct file_identity files_identity(const struct stat *status) {
    return (struct file_identity){
        .device = status->st_dev,
        .inode = status->st_ino,
        .mtime_ns = nanoseconds(status->st_mtim),
        .ctime_ns = nanoseconds(status->st_ctim),
        .size_bytes = (uint64_t)status->st_size,
        .links = (uint32_t)status->st_nlink,
        .mode = status->st_mode,
        .owner = status->st_uid,
        .group = status->st_gid,
    };
}

static enum file_kind kind_of(mode_t mode) {
    return S_ISREG(mode) ? FILE_REGULAR : S_ISDIR(mode) ? FILE_FOLDER : FILE_OTHER;
}

bool files_look(const struct files *files, const char *path, enum file_kind *kind, struct file_identity *identity,
                struct error *error) {
    *kind = FILE_ABSENT;
    struct stat status;
    int failed;
    if (path[0] == '\0') {
        failed = files_may(files, FILES_LOOK, path) ? fstat(files->root, &status) : -1;
    } else { /* O_PATH and O_NOFOLLOW: a link, too, is opened for what it is; most that is looked for is absent */
        AUTO_CLOSE int descriptor = files_open_path(files, FILES_LOOK, path, O_PATH | O_NOFOLLOW, 0);
        failed = descriptor < 0 ? -1 : fstat(descriptor, &status);
    }
    if (failed && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return true;
    if (failed)
        return files_fail(files, errno, "look at", path, error);
    if (files->is_hidden && files->is_hidden(files->hidden_data, path, status.st_ino))
        return true;
    *kind = kind_of(status.st_mode);
    if (identity)
        *identity = files_identity(&status);
    return true;
}

enum file_kind files_kind(const struct files *files, const char *path) {
    enum file_kind kind;
    AUTO(error) error = {0};
    files_look(files, path, &kind, NULL, &error);
    return kind;
}

int files_access(const struct files *files, const char *path) {
    AUTO_CLOSE int folder = files_open_path(files, FILES_LOOK, path, O_PATH | O_DIRECTORY, 0);
    return folder < 0 || faccessat(folder, ".", W_OK | X_OK, 0) ? errno : 0;
}

/* @expected: bytes, as fstat says. A read that gets them all and has room for more has seen the end. */
static bool read_all(const struct files *files, int descriptor, const char *path, size_t most, size_t expected,
                     struct buffer *content) {
    size_t start = content->length;
    buffer_reserve(content, expected + 1);
    for (;;) {
        buffer_reserve(content, 1);
        size_t wanted = content->capacity - content->length - 1;
        ssize_t got =
            files_may(files, FILES_READ, path) ? read(descriptor, content->data + content->length, wanted) : -1;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        content->length += (size_t)got;
        content->data[content->length] = '\0';
        if (content->length - start > most) {
            errno = EFBIG;
            return false;
        }
        if (got == 0 || ((size_t)got < wanted && content->length - start == expected))
            return true;
    }
}

bool files_read(const struct files *files, const char *path, size_t most, struct buffer *content,
                struct file_identity *identity, struct error *error) {
    /* O_NONBLOCK: a fifo in a file's place must not hang us */
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_OPEN, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;
    size_t start = content->length;
    if (descriptor < 0 || fstat(descriptor, &status))
        return files_fail(files, errno, "read", path, error);
    if (files->is_hidden && files->is_hidden(files->hidden_data, path, status.st_ino))
        return files_fail(files, ENOENT, "read", path, error);
    if (!S_ISREG(status.st_mode))
        return files_reject(files, "read", path, "it is not a regular file", error);
    if ((uint64_t)status.st_size > most || !read_all(files, descriptor, path, most, (size_t)status.st_size, content)) {
        int failure = (uint64_t)status.st_size > most ? EFBIG : errno;
        buffer_truncate(content, start);
        if (failure != EFBIG)
            return files_fail(files, failure, "read", path, error);
        char reason[64];
        snprintf(reason, sizeof reason, "it is larger than %zu MiB", most >> 20);
        files_reject(files, "read", path, reason, error);
        error->system_errno = EFBIG;
        return false;
    }
    if (identity)
        *identity = files_identity(&status);
    return true;
}

static bool is_hidden_entry(const struct files *files, const char *folder, const struct dirent64 *entry) {
    if (!files->is_hidden)
        return false;
    AUTO(buffer) path = {0};
    buffer_append_format(&path, "%s%s%s", folder, folder[0] ? "/" : "", entry->d_name);
    return files->is_hidden(files->hidden_data, path.data, entry->d_ino);
}

static void add_entry(const struct files *files, int folder, const char *path, const struct dirent64 *entry,
                      struct listing *listing) {
    unsigned char type = entry->d_type;
    struct stat status;
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 || is_hidden_entry(files, path, entry))
        return;
    if (type == DT_UNKNOWN && fstatat(folder, entry->d_name, &status, AT_SYMLINK_NOFOLLOW) == 0)
        type = S_ISREG(status.st_mode) ? DT_REG : S_ISDIR(status.st_mode) ? DT_DIR : DT_LNK;
    listing_add(listing, entry->d_name, type == DT_REG, type == DT_DIR);
}

/* Without opendir(3), which takes four calls and as much memory to begin: small folders are listed all the time. */
static bool list_entries(const struct files *files, int folder, const char *path, struct listing *listing) {
    _Alignas(struct dirent64) char part[32768];
    for (;;) {
        ssize_t got = files_may(files, FILES_READ, path) ? getdents64(folder, part, sizeof part) : -1;
        if (got <= 0)
            return got == 0 || errno == ENOENT; /* removed meanwhile: there is nothing in it */
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *entry = (const struct dirent64 *)(const void *)(part + at);
            add_entry(files, folder, path, entry, listing);
            at += entry->d_reclen;
        }
    }
}

static int open_to_list(const struct files *files, const char *path) {
    int folder = files_open_path(files, FILES_LIST, path, O_RDONLY | O_DIRECTORY, 0), failure = errno;
    if (files->listing)
        files->listing(files->listing_data, path, folder);
    errno = failure;
    return folder;
}

bool files_list(const struct files *files, const char *path, struct listing *listing, struct error *error) {
    AUTO_CLOSE int folder = open_to_list(files, path);
    bool is_listed = folder >= 0 && list_entries(files, folder, path, listing);
    if (!is_listed)
        files_fail(files, errno, "list the folder", path, error);
    listing_sort(listing);
    return is_listed;
}

void files_identify(const struct files *files, const char *path, struct listing *listing) {
    AUTO_CLOSE int folder = listing->count ? files_open_path(files, FILES_LOOK, path, O_PATH | O_DIRECTORY, 0) : -1;
    struct file_identity *identities = arena_allocate(&listing->names, listing->count, sizeof *identities);
    struct stat status;
    for (size_t i = 0; folder >= 0 && i < listing->count; i++) {
        struct listing_entry *entry = &listing->entries[i];
        if (entry->is_regular && fstatat(folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
            identities[i] = files_identity(&status);
            entry->identity = &identities[i];
        }
    }
}

int files_statx(int folder, const char *path, int flags, unsigned mask, struct statx *status) {
    struct stat plain;
    if (statx(folder, path, flags, mask, status) == 0)
        return 0;
    if (!files_is_refusal(errno) || fstatat(folder, path, &plain, flags))
        return -1;
    *status = (struct statx){.stx_mask = STATX_BASIC_STATS,
                             .stx_mode = (uint16_t)plain.st_mode,
                             .stx_uid = plain.st_uid,
                             .stx_ino = plain.st_ino,
                             .stx_dev_major = major(plain.st_dev),
                             .stx_dev_minor = minor(plain.st_dev)};
    return 0;
}

/* Before Linux 5.8, and where statx is refused: "mnt_id:" in /proc/self/fdinfo (proc(5)). */
static bool read_mount(int descriptor, uint64_t *mount) {
    char path[40], text[256], *place = NULL;
    snprintf(path, sizeof path, "/proc/self/fdinfo/%d", descriptor);
    AUTO_CLOSE int information = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = information < 0 ? -1 : read(information, text, sizeof text - 1);
    if (got > 0) {
        text[got] = '\0';
        place = strstr(text, "mnt_id:");
    }
    if (place)
        *mount = strtoull(place + strlen("mnt_id:"), NULL, 10);
    return place;
}

bool files_mount_of(int descriptor, uint64_t *mount) {
    struct statx status;
    if (statx(descriptor, "", AT_EMPTY_PATH, STATX_MNT_ID, &status) == 0 && (status.stx_mask & STATX_MNT_ID)) {
        *mount = status.stx_mnt_id;
        return true;
    }
    return read_mount(descriptor, mount);
}

bool files_mount(const struct files *files, const char *path, uint64_t *mount, struct error *error) {
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_LOOK, path, O_PATH, 0);
    if (descriptor < 0)
        return files_fail(files, errno, "look at", path, error);
    return files_mount_of(descriptor, mount) ||
           error_set_system(error, errno, "cannot find out on which mount %s is (statx, /proc/self/fdinfo)", path) ||
           files_about(files, path, error);
}

int files_open_folder(const struct files *files, const char *path) {
    if (!files_is_path(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open_beneath(files->root, path, O_PATH | O_DIRECTORY, 0);
}

bool files_is_being_written(const struct files *files, const char *path) {
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_OPEN, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    return descriptor >= 0 && fcntl(descriptor, F_SETLEASE, F_RDLCK) && errno == EAGAIN;
}
