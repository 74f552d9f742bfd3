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

enum { LOCK_RETRY_FIRST_MS = 5, LOCK_RETRY_MOST_MS = 20 };

/*
 * How a call fails that is not available: the kernel is too old, the file system does not have it, or a filter of a
 * container forbids it (seccomp(2)). It may also have been called for something impossible.
 */
static bool is_refusal(int failure) {
    return failure == ENOSYS || failure == EPERM || failure == EINVAL || failure == EOPNOTSUPP;
}

/* Every operation asks here first. True if it may happen; else errno is what it fails with. */
static bool may(const struct files *files, enum files_operation operation, const char *path) {
    int failure = files->hook ? files->hook(files->hook_data, operation, path) : 0;
    if (failure)
        errno = failure;
    return failure == 0;
}

/* Notes which file an error, which is set, is about. Always returns false. */
static bool about(const struct files *files, const char *path, struct error *error) {
    return files->label ? false : error_about(error, path[0] ? path : ".");
}

static char *name_file(const struct files *files, const char *path) {
    struct buffer name = {0};
    buffer_append_format(&name, "%s%s%s", files->label ? files->label : "", files->label ? "/" : "",
                         path[0] ? path : ".");
    return name.data;
}

/* Sets "cannot ACTION PATH: cause". Always returns false. */
static bool fail(const struct files *files, int failure, const char *action, const char *path, struct error *error) {
    AUTO_FREE char *name = name_file(files, path);
    error_set_system(error, failure, "cannot %s %s", action, name);
    return about(files, path, error);
}

/* The same where no system call has failed. */
static bool reject(const struct files *files, const char *action, const char *path, const char *reason,
                   struct error *error) {
    AUTO_FREE char *name = name_file(files, path);
    error_set(error, ERROR_IO, "cannot %s %s: %s", action, name, reason);
    return about(files, path, error);
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
    bool is_refused = descriptor < 0 && is_refusal(errno);
    errno = failure;
    return is_refused;
}

static int open_beneath(int root, const char *path, int flags, mode_t mode) {
    static _Atomic bool has_no_openat2;
    if (path[0] == '\0')
        path = ".";
    if (!has_no_openat2) {
        int descriptor = open_at_once(root, path, flags, mode);
        if (descriptor >= 0 || !is_refusal(errno) || !is_openat2_refused(root))
            return descriptor;
        has_no_openat2 = true;
    }
    return open_stepwise(root, path, flags | O_CLOEXEC, mode);
}

static int open_path(const struct files *files, enum files_operation operation, const char *path, int flags,
                     mode_t mode) {
    if (!files_is_path(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return may(files, operation, path) ? open_beneath(files->root, path, flags, mode) : -1;
}

/* The folder that holds @path, and the last component in @name (borrowed from @path). */
static int open_parent(const struct files *files, const char *path, const char **name) {
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

static struct file_identity identify(const struct stat *status) {
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
        failed = may(files, FILES_LOOK, path) ? fstat(files->root, &status) : -1;
    } else { /* O_PATH and O_NOFOLLOW: a link, too, is opened for what it is; most that is looked for is absent */
        AUTO_CLOSE int descriptor = open_path(files, FILES_LOOK, path, O_PATH | O_NOFOLLOW, 0);
        failed = descriptor < 0 ? -1 : fstat(descriptor, &status);
    }
    if (failed && (errno == ENOENT || errno == ENOTDIR || errno == ELOOP))
        return true;
    if (failed)
        return fail(files, errno, "look at", path, error);
    if (files->is_hidden && files->is_hidden(files->hidden_data, path, status.st_ino))
        return true;
    *kind = kind_of(status.st_mode);
    if (identity)
        *identity = identify(&status);
    return true;
}

enum file_kind files_kind(const struct files *files, const char *path) {
    enum file_kind kind;
    AUTO(error) error = {0};
    files_look(files, path, &kind, NULL, &error);
    return kind;
}

int files_access(const struct files *files, const char *path) {
    AUTO_CLOSE int folder = open_path(files, FILES_LOOK, path, O_PATH | O_DIRECTORY, 0);
    return folder < 0 || faccessat(folder, ".", W_OK | X_OK, 0) ? errno : 0;
}

static bool read_all(const struct files *files, int descriptor, const char *path, size_t most, size_t expected,
                     struct buffer *content) {
    size_t start = content->length;
    buffer_reserve(content, expected);
    for (;;) {
        buffer_reserve(content, 1); /* to see the end, too */
        size_t wanted = content->capacity - content->length - 1;
        ssize_t got = may(files, FILES_READ, path) ? read(descriptor, content->data + content->length, wanted) : -1;
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return false;
        content->length += (size_t)got;
        content->data[content->length] = '\0';
        if (got == 0)
            return true;
        if (content->length - start > most) {
            errno = EFBIG;
            return false;
        }
    }
}

bool files_read(const struct files *files, const char *path, size_t most, struct buffer *content,
                struct file_identity *identity, struct error *error) {
    /* O_NONBLOCK: a fifo in a file's place must not hang us */
    AUTO_CLOSE int descriptor = open_path(files, FILES_OPEN, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;
    size_t start = content->length;
    if (descriptor < 0 || fstat(descriptor, &status))
        return fail(files, errno, "read", path, error);
    if (files->is_hidden && files->is_hidden(files->hidden_data, path, status.st_ino))
        return fail(files, ENOENT, "read", path, error);
    if (!S_ISREG(status.st_mode))
        return reject(files, "read", path, "it is not a regular file", error);
    if ((uint64_t)status.st_size > most || !read_all(files, descriptor, path, most, (size_t)status.st_size, content)) {
        int failure = (uint64_t)status.st_size > most ? EFBIG : errno;
        buffer_truncate(content, start);
        if (failure != EFBIG)
            return fail(files, failure, "read", path, error);
        char reason[64];
        snprintf(reason, sizeof reason, "it is larger than %zu MiB", most >> 20);
        reject(files, "read", path, reason, error);
        error->system_errno = EFBIG;
        return false;
    }
    if (identity)
        *identity = identify(&status);
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
        ssize_t got = may(files, FILES_READ, path) ? getdents64(folder, part, sizeof part) : -1;
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
    int folder = open_path(files, FILES_LIST, path, O_RDONLY | O_DIRECTORY, 0), failure = errno;
    if (files->listing)
        files->listing(files->listing_data, path, folder);
    errno = failure;
    return folder;
}

bool files_list(const struct files *files, const char *path, struct listing *listing, struct error *error) {
    AUTO_CLOSE int folder = open_to_list(files, path);
    bool is_listed = folder >= 0 && list_entries(files, folder, path, listing);
    if (!is_listed)
        fail(files, errno, "list the folder", path, error);
    listing_sort(listing);
    return is_listed;
}

void files_identify(const struct files *files, const char *path, struct listing *listing) {
    AUTO_CLOSE int folder = listing->count ? open_path(files, FILES_LOOK, path, O_PATH | O_DIRECTORY, 0) : -1;
    struct file_identity *identities = arena_allocate(&listing->names, listing->count, sizeof *identities);
    struct stat status;
    for (size_t i = 0; folder >= 0 && i < listing->count; i++) {
        struct listing_entry *entry = &listing->entries[i];
        if (entry->is_regular && fstatat(folder, entry->name, &status, AT_SYMLINK_NOFOLLOW) == 0) {
            identities[i] = identify(&status);
            entry->identity = &identities[i];
        }
    }
}

/* --- writing --- */

static bool write_all(const struct files *files, int descriptor, const char *path, struct span content) {
    while (content.length) {
        ssize_t written = may(files, FILES_WRITE, path) ? write(descriptor, content.data, content.length) : -1;
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content = span_skip(content, (size_t)written);
    }
    return true;
}

/* Modes follow the parent folder, not the umask. Where none can be set (FAT, CIFS), files have the mount's mode. */
static bool set_mode(int descriptor, const struct stat *status, mode_t mode) {
    return mode == FILES_MODE_INHERITED || (status->st_mode & ALLPERMS) == mode || fchmod(descriptor, mode) == 0 ||
           is_refusal(errno);
}

/* Asked of no file, so that nothing is written. Without syncfs each file is synced when it is written. */
static bool has_syncfs(void) {
    static _Atomic int known; /* 1 yes, -1 no */
    if (!known)
        known = syncfs(-1) && is_refusal(errno) ? -1 : 1;
    return known > 0;
}

static bool sync_file(const struct files *files, int descriptor, const char *path) {
    return may(files, FILES_SYNC, path) && fsync(descriptor) == 0;
}

static bool fill(const struct files *files, int descriptor, const char *path, struct span content, mode_t mode,
                 bool is_synced, struct file_identity *identity) {
    struct stat status;
    if (fstat(descriptor, &status) || !set_mode(descriptor, &status, mode) ||
        !write_all(files, descriptor, path, content))
        return false;
    if ((is_synced || !has_syncfs()) && !sync_file(files, descriptor, path))
        return false;
    if (!identity)
        return true;
    if (fstat(descriptor, &status))
        return false;
    *identity = identify(&status);
    return true;
}

bool files_create(const struct files *files, const char *path, struct span content, mode_t mode, bool is_synced,
                  struct file_identity *identity, struct error *error) {
    mode_t wanted = mode == FILES_MODE_INHERITED ? 0666 : mode;
    AUTO_CLOSE int descriptor = open_path(files, FILES_CREATE, path, O_WRONLY | O_CREAT | O_EXCL, wanted);
    if (descriptor >= 0 && fill(files, descriptor, path, content, mode, is_synced, identity))
        return true;
    int failure = errno;
    if (descriptor >= 0) {
        AUTO(error) ignored = {0};
        files_remove(files, path, &ignored);
    }
    return fail(files, failure, "create", path, error);
}

bool files_append(const struct files *files, const char *path, struct span content, struct error *error) {
    AUTO_CLOSE int descriptor = open_path(files, FILES_OPEN, path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY, 0);
    return (descriptor >= 0 && write_all(files, descriptor, path, content) &&
            (has_syncfs() || sync_file(files, descriptor, path))) ||
           fail(files, errno, "write", path, error);
}

int files_statx(int folder, const char *path, int flags, unsigned mask, struct statx *status) {
    struct stat plain;
    if (statx(folder, path, flags, mask, status) == 0)
        return 0;
    if (!is_refusal(errno) || fstatat(folder, path, &plain, flags))
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
    AUTO_CLOSE int descriptor = open_path(files, FILES_LOOK, path, O_PATH, 0);
    if (descriptor < 0)
        return fail(files, errno, "look at", path, error);
    return files_mount_of(descriptor, mount) ||
           error_set_system(error, errno, "cannot find out on which mount %s is (statx, /proc/self/fdinfo)", path) ||
           about(files, path, error);
}

/*
 * Where renameat2 with flags is not available: link(2) does not replace either. Returns NULL, or with errno the calls
 * that have failed.
 */
static const char *move(int from_folder, const char *from, int to_folder, const char *to) {
    if (renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0)
        return NULL;
    if (!is_refusal(errno))
        return "renameat2";
    if (linkat(from_folder, from, to_folder, to, 0))
        return errno == EEXIST ? "linkat" : "renameat2, linkat";
    if (unlinkat(from_folder, from, 0) == 0)
        return NULL;
    int failure = errno;
    unlinkat(to_folder, to, 0);
    errno = failure;
    return "unlinkat";
}

bool files_publish(const struct files *files, const char *from, const char *to, struct error *error) {
    const char *from_name, *to_name, *failed = NULL;
    AUTO_CLOSE int from_folder = open_parent(files, from, &from_name);
    AUTO_CLOSE int to_folder = from_folder < 0 ? -1 : open_parent(files, to, &to_name);
    if (to_folder >= 0 && may(files, FILES_PUBLISH, to) && !(failed = move(from_folder, from_name, to_folder, to_name)))
        return true;
    if (failed && is_refusal(errno))
        return error_set_system(error, errno, "cannot create %s without replacing (%s)", to, failed) ||
               about(files, to, error);
    return fail(files, errno, "create", to, error);
}

bool files_replace(const struct files *files, const char *from, const char *to, struct error *error) {
    const char *from_name, *to_name;
    AUTO_CLOSE int from_folder = open_parent(files, from, &from_name);
    AUTO_CLOSE int to_folder = from_folder < 0 ? -1 : open_parent(files, to, &to_name);
    bool is_done =
        to_folder >= 0 && may(files, FILES_PUBLISH, to) && renameat(from_folder, from_name, to_folder, to_name) == 0;
    return is_done || fail(files, errno, "replace", to, error);
}

bool files_exchange(const struct files *files, const char *one, const char *other, struct error *error) {
    const char *one_name, *other_name;
    AUTO_CLOSE int one_folder = open_parent(files, one, &one_name);
    AUTO_CLOSE int other_folder = one_folder < 0 ? -1 : open_parent(files, other, &other_name);
    if (other_folder >= 0 && may(files, FILES_EXCHANGE, other) &&
        renameat2(one_folder, one_name, other_folder, other_name, RENAME_EXCHANGE) == 0)
        return true;
    return fail(files, errno, "exchange", other, error);
}

/* --- what a folder hands down --- */

static const char default_acl[] = "system.posix_acl_default", label[] = "security.selinux";

/* An attribute of a folder; empty if it has none, or there are none here. */
static void read_attribute(int folder, const char *name, struct buffer *value) {
    ssize_t length = fgetxattr(folder, name, NULL, 0);
    if (length <= 0)
        return;
    buffer_reserve(value, (size_t)length);
    length = fgetxattr(folder, name, value->data, (size_t)length);
    value->length = length > 0 ? (size_t)length : 0;
}

/* Makes the attribute of @to the same as that of @from. */
static bool copy_attribute(int from, int to, const char *name) {
    AUTO(buffer) wanted = {0}, present = {0};
    read_attribute(from, name, &wanted);
    read_attribute(to, name, &present);
    if (wanted.length == 0)
        return present.length == 0 || fremovexattr(to, name) == 0;
    return (wanted.length == present.length && memcmp(wanted.data, present.data, wanted.length) == 0) ||
           fsetxattr(to, name, wanted.data, wanted.length, 0) == 0;
}

static enum files_descent descent_of(int folder) {
    return fgetxattr(folder, default_acl, NULL, 0) > 0 ? FILES_DESCENT_ACL : FILES_DESCENT_MODE;
}

static int open_own_folder(const struct files *files, const char *path) {
    return open_path(files, FILES_OPEN, path, O_RDONLY | O_DIRECTORY, 0);
}

/* Only the group is of no use where it is not handed down: then one that cannot be set does not matter. */
static bool copy_group(int from, int to) {
    struct stat model, status;
    if (fstat(from, &model) || fstat(to, &status))
        return false;
    mode_t mode = (status.st_mode & ALLPERMS & ~(mode_t)S_ISGID) | (model.st_mode & S_ISGID);
    bool has_group = status.st_gid == model.st_gid || fchown(to, (uid_t)-1, model.st_gid) == 0;
    if ((status.st_mode & ALLPERMS) != mode && fchmod(to, mode))
        return false;
    bool is_kept = fstat(to, &status) == 0 && (status.st_mode & ALLPERMS) == mode; /* chmod(2) may drop an s bit */
    return is_kept && (has_group || !(mode & S_ISGID));
}

bool files_hand_down(const struct files *files, const char *model, const char *path, enum files_descent *descent,
                     struct error *error) {
    AUTO_CLOSE int from = open_own_folder(files, model);
    if (from < 0)
        return fail(files, errno, "look at", model, error);
    AUTO_CLOSE int to = open_own_folder(files, path);
    if (to < 0)
        return fail(files, errno, "look at", path, error);
    bool is_same = copy_group(from, to) && copy_attribute(from, to, default_acl) && copy_attribute(from, to, label);
    *descent = is_same ? descent_of(to) : FILES_DESCENT_LOST;
    return true;
}

bool files_look_at_descent(const struct files *files, const char *path, enum files_descent *descent,
                           struct error *error) {
    AUTO_CLOSE int folder = open_own_folder(files, path);
    if (folder < 0)
        return fail(files, errno, "look at", path, error);
    *descent = descent_of(folder);
    return true;
}

/* Past the umask, but not past an ACL, and with the s bit that was handed down. */
static void set_folder_mode(int parent, const char *name, mode_t mode) {
    AUTO_CLOSE int folder = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    struct stat status;
    if (folder < 0 || fstat(folder, &status) || descent_of(folder) == FILES_DESCENT_ACL)
        return;
    mode |= status.st_mode & S_ISGID;
    set_mode(folder, &status, mode);
}

bool files_make_folder(const struct files *files, const char *path, mode_t mode, struct error *error) {
    const char *name;
    AUTO_CLOSE int folder = may(files, FILES_MAKE_FOLDER, path) ? open_parent(files, path, &name) : -1;
    if (folder < 0 || mkdirat(folder, name, mode))
        return fail(files, errno, "make the folder", path, error);
    set_folder_mode(folder, name, mode); /* which is not vital */
    return true;
}

bool files_set_rights(const struct files *files, const char *path, gid_t group, mode_t mode, struct error *error) {
    AUTO_CLOSE int descriptor = open_path(files, FILES_OPEN, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) ||
        (status.st_gid != group && fchown(descriptor, (uid_t)-1, group)) || fstat(descriptor, &status) ||
        !set_mode(descriptor, &status, mode))
        return fail(files, errno, "change the group and mode of", path, error);
    return true;
}

/* --- removing, and making durable --- */

static bool remove_entry(const struct files *files, const char *path, enum files_operation operation, int flags,
                         struct error *error) {
    const char *name;
    AUTO_CLOSE int folder = may(files, operation, path) ? open_parent(files, path, &name) : -1;
    return (folder >= 0 && unlinkat(folder, name, flags) == 0) || fail(files, errno, "remove", path, error);
}

bool files_remove(const struct files *files, const char *path, struct error *error) {
    return remove_entry(files, path, FILES_REMOVE, 0, error);
}

bool files_remove_folder(const struct files *files, const char *path, struct error *error) {
    return remove_entry(files, path, FILES_REMOVE_FOLDER, AT_REMOVEDIR, error);
}

bool files_sync_folder(const struct files *files, const char *path, struct error *error) {
    AUTO_CLOSE int folder = open_path(files, FILES_SYNC, path, O_RDONLY | O_DIRECTORY, 0);
    bool is_synced = folder >= 0 && (fsync(folder) == 0 || (errno == EINVAL && syncfs(folder) == 0)); /* as on CIFS */
    return is_synced || fail(files, errno, "sync the folder", path, error);
}

/* Called by its number: sync(2) does not report that it was refused. The folder reports whether the disk failed. */
static bool sync_everything(int folder) {
    return syscall(SYS_sync) == 0 && fsync(folder) == 0;
}

bool files_sync_all(const struct files *files, const char *path, struct error *error) {
    AUTO_CLOSE int folder = open_path(files, FILES_SYNC, path, O_RDONLY | O_DIRECTORY, 0);
    if (folder >= 0 && (has_syncfs() ? syncfs(folder) == 0 : sync_everything(folder)))
        return true;
    return error_set_system(error, errno, "cannot make the batch durable%s", has_syncfs() ? "" : " (syncfs, sync)");
}

int files_open_folder(const struct files *files, const char *path) {
    if (!files_is_path(path)) {
        errno = ENAMETOOLONG;
        return -1;
    }
    return open_beneath(files->root, path, O_PATH | O_DIRECTORY, 0);
}

bool files_is_being_written(const struct files *files, const char *path) {
    AUTO_CLOSE int descriptor = open_path(files, FILES_OPEN, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    return descriptor >= 0 && fcntl(descriptor, F_SETLEASE, F_RDLCK) && errno == EAGAIN;
}

static void append_lock_list(struct buffer *text) {
    AUTO_CLOSE int descriptor = open("/proc/locks", O_RDONLY | O_CLOEXEC);
    char part[4096];
    for (ssize_t got; descriptor >= 0 && (got = read(descriptor, part, sizeof part)) > 0;)
        buffer_append(text, part, (size_t)got);
}

/* The process that holds a lock on the inode, from the kernel's list (proc(5), /proc/locks); 0 if it is not listed. */
static long holder_of(const struct stat *status) {
    AUTO(buffer) list = {0};
    AUTO(buffer) inode = {0};
    append_lock_list(&list);
    buffer_append_format(&inode, " %02x:%02x:%llu ", major(status->st_dev), minor(status->st_dev),
                         (unsigned long long)status->st_ino);
    for (struct span rest = buffer_span(&list), line; span_next_line(&rest, &line);) {
        const char *place = memmem(line.data, line.length, inode.data, inode.length);
        if (!place || memmem(line.data, line.length, "->", 2) || !memmem(line.data, line.length, "FLOCK", 5))
            continue;
        while (place > line.data && place[-1] != ' ')
            place--;
        long holder = strtol(place, NULL, 10);
        if (holder)
            return holder;
    }
    return 0;
}

static void set_held(int descriptor, const char *name, struct error *error) {
    struct stat status;
    long holder = fstat(descriptor, &status) == 0 ? holder_of(&status) : 0;
    if (holder > 0)
        error_set(error, ERROR_TIMEOUT, "process %ld holds the lock of %s", holder, name);
    else
        error_set(error, ERROR_TIMEOUT, "another process holds the lock of %s", name);
}

/* flock has no deadline, so a held lock is tried again until ours has passed. False with errno, EWOULDBLOCK then. */
static bool lock(const struct files *files, int descriptor, const char *path, int timeout_ms) {
    int wait_ms = LOCK_RETRY_FIRST_MS;
    for (int64_t deadline = clock_now_ms() + timeout_ms; flock(descriptor, LOCK_EX | LOCK_NB);) {
        if (errno == EINTR)
            continue;
        if (errno != EWOULDBLOCK || clock_now_ms() >= deadline)
            return false;
        nanosleep(&(struct timespec){.tv_nsec = wait_ms * 1000000L}, NULL);
        wait_ms += wait_ms < LOCK_RETRY_MOST_MS ? LOCK_RETRY_FIRST_MS : 0;
        if (!may(files, FILES_LOCK, path)) /* a caller that waits may be asked to give up */
            return false;
    }
    return true;
}

/* The lock was not taken, for the reason in errno. Always returns -1. */
static int fail_to_lock(const struct files *files, int descriptor, const char *path, struct error *error) {
    int failure = errno;
    AUTO_FREE char *name = path[0] ? name_file(files, path) : memory_copy("the workspace");
    if (descriptor >= 0 && failure == EWOULDBLOCK)
        set_held(descriptor, name, error);
    else
        error_set_system(error, failure, "cannot lock %s%s", name, descriptor < 0 ? "" : " (flock)");
    return -1;
}

/* Open the file @path to lock it. -1, with @error. */
static int open_to_lock(const struct files *files, const char *path, mode_t mode, struct error *error) {
    static const int flags = O_RDWR | O_CREAT | O_NONBLOCK | O_NOCTTY;
    struct stat status;
    AUTO_CLOSE int descriptor = open_path(files, FILES_LOCK, path, flags, mode);
    if (descriptor >= 0 && (fstat(descriptor, &status) || !S_ISREG(status.st_mode))) {
        reject(files, "lock", path, "it is not a regular file", error);
        return -1;
    }
    if (descriptor < 0 || !set_mode(descriptor, &status, mode))
        return fail_to_lock(files, descriptor, path, error);
    return auto_take(&descriptor);
}

/* Is the open file still the one that has the name? */
static bool has_name(const struct files *files, int descriptor, const char *path) {
    struct stat own, named;
    AUTO_CLOSE int present = open_path(files, FILES_LOOK, path, O_PATH | O_NOFOLLOW, 0);
    return present >= 0 && fstat(descriptor, &own) == 0 && fstat(present, &named) == 0 && own.st_ino == named.st_ino &&
           own.st_dev == named.st_dev;
}

int files_lock_file(const struct files *files, const char *path, mode_t mode, int timeout_ms, struct error *error) {
    for (int64_t deadline = clock_now_ms() + timeout_ms;;) {
        AUTO_CLOSE int descriptor = open_to_lock(files, path, mode, error);
        if (descriptor < 0)
            return -1;
        int64_t left_ms = deadline - clock_now_ms();
        if (!lock(files, descriptor, path, left_ms > 0 ? (int)left_ms : 0))
            return fail_to_lock(files, descriptor, path, error);
        if (has_name(files, descriptor, path))
            return auto_take(&descriptor);
    }
}

static void append_lock_file(struct buffer *path, const char *folder) {
    buffer_append_format(path, "%s/lock", folder);
}

bool files_locks_no_folders(int failure) {
    return failure == EBADF || failure == ENOLCK || failure == EINVAL || failure == EOPNOTSUPP;
}

int files_lock(const struct files *files, const char *path, int timeout_ms, struct error *error) {
    AUTO_CLOSE int folder = open_path(files, FILES_LOCK, path, O_RDONLY | O_DIRECTORY, 0);
    if (folder >= 0 && lock(files, folder, path, timeout_ms))
        return auto_take(&folder);
    if (folder < 0 || !path[0] || !files_locks_no_folders(errno))
        return fail_to_lock(files, folder, path, error);
    AUTO(buffer) file = {0};
    append_lock_file(&file, path);
    return files_lock_file(files, file.data, FILES_SHARED_MODE, timeout_ms, error);
}

static long holder_at(const struct files *files, const char *path) {
    struct stat status;
    AUTO_CLOSE int descriptor = open_path(files, FILES_LOOK, path, O_PATH, 0);
    return descriptor >= 0 && fstat(descriptor, &status) == 0 ? holder_of(&status) : 0;
}

long files_lock_holder(const struct files *files, const char *path) {
    long holder = holder_at(files, path);
    if (holder || !path[0])
        return holder;
    AUTO(buffer) file = {0};
    append_lock_file(&file, path);
    return holder_at(files, file.data);
}
