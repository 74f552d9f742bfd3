#include "disk/files_write.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/auto.h"

static bool write_all(const struct files *files, int descriptor, const char *path, struct span content) {
    while (content.length) {
        ssize_t written = files_may(files, FILES_WRITE, path) ? write(descriptor, content.data, content.length) : -1;
        if (written < 0 && errno == EINTR)
            continue;
        if (written < 0)
            return false;
        content = span_skip(content, (size_t)written);
    }
    return true;
}

/* Modes follow the parent folder, not the umask. Where none can be set (FAT, CIFS), files have the mount's mode. */
bool files_set_mode(int descriptor, const struct stat *status, mode_t mode) {
    return mode == FILES_MODE_INHERITED || (status->st_mode & ALLPERMS) == mode || fchmod(descriptor, mode) == 0 ||
           files_is_refusal(errno);
}

/* Asked of no file, so that nothing is written. Without syncfs each file is synced when it is written. */
static bool has_syncfs(void) {
    static _Atomic int known; /* 1 yes, -1 no */
    if (!known)
        known = syncfs(-1) && files_is_refusal(errno) ? -1 : 1;
    return known > 0;
}

static bool sync_file(const struct files *files, int descriptor, const char *path) {
    return files_may(files, FILES_SYNC, path) && fsync(descriptor) == 0;
}

static bool fill(const struct files *files, int descriptor, const char *path, struct span content, mode_t mode,
                 bool is_synced, uint64_t *inode) {
    struct stat status;
    if (fstat(descriptor, &status) || !files_set_mode(descriptor, &status, mode) ||
        !write_all(files, descriptor, path, content))
        return false;
    if ((is_synced || !has_syncfs()) && !sync_file(files, descriptor, path))
        return false;
    if (inode)
        *inode = status.st_ino;
    return true;
}

bool files_create(const struct files *files, const char *path, struct span content, mode_t mode, bool is_synced,
                  uint64_t *inode, struct error *error) {
    mode_t wanted = mode == FILES_MODE_INHERITED ? 0666 : mode;
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_CREATE, path, O_WRONLY | O_CREAT | O_EXCL, wanted);
    if (descriptor >= 0 && fill(files, descriptor, path, content, mode, is_synced, inode))
        return true;
    int failure = errno;
    if (descriptor >= 0) {
        AUTO(error) ignored = {0};
        files_remove(files, path, &ignored);
    }
    return files_fail(files, failure, "create", path, error);
}

bool files_append(const struct files *files, const char *path, struct span content, struct error *error) {
    AUTO_CLOSE int descriptor =
        files_open_path(files, FILES_OPEN, path, O_WRONLY | O_APPEND | O_NONBLOCK | O_NOCTTY, 0);
    return (descriptor >= 0 && write_all(files, descriptor, path, content) &&
            (has_syncfs() || sync_file(files, descriptor, path))) ||
           files_fail(files, errno, "write", path, error);
}

/*
 * Where renameat2 with flags is not available: link(2) does not replace either. Returns NULL, or with errno the calls
 * that have failed.
 */
static const char *move(int from_folder, const char *from, int to_folder, const char *to) {
    if (renameat2(from_folder, from, to_folder, to, RENAME_NOREPLACE) == 0)
        return NULL;
    if (!files_is_refusal(errno))
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
    const char *from_name, *to_name;
    AUTO_CLOSE int from_folder = files_open_parent(files, from, &from_name);
    AUTO_CLOSE int to_folder = from_folder < 0 ? -1 : files_open_parent(files, to, &to_name);
    return files_publish_between(files, from_folder, from_name, to_folder, to, error);
}

bool files_publish_between(const struct files *files, int from_folder, const char *from_name, int to_folder,
                           const char *to, struct error *error) {
    const char *slash = strrchr(to, '/'), *failed = NULL;
    if (from_folder >= 0 && to_folder >= 0 && files_may(files, FILES_PUBLISH, to) &&
        !(failed = move(from_folder, from_name, to_folder, slash ? slash + 1 : to)))
        return true;
    if (failed && files_is_refusal(errno))
        return error_set_system(error, errno, "cannot create %s without replacing (%s)", to, failed) ||
               files_about(files, to, error);
    return files_fail(files, errno, "create", to, error);
}

bool files_replace(const struct files *files, const char *from, const char *to, struct error *error) {
    const char *from_name, *to_name;
    AUTO_CLOSE int from_folder = files_open_parent(files, from, &from_name);
    AUTO_CLOSE int to_folder = from_folder < 0 ? -1 : files_open_parent(files, to, &to_name);
    bool is_done = to_folder >= 0 && files_may(files, FILES_PUBLISH, to) &&
                   renameat(from_folder, from_name, to_folder, to_name) == 0;
    return is_done || files_fail(files, errno, "replace", to, error);
}

bool files_exchange(const struct files *files, const char *one, const char *other, struct error *error) {
    const char *one_name, *other_name;
    AUTO_CLOSE int one_folder = files_open_parent(files, one, &one_name);
    AUTO_CLOSE int other_folder = one_folder < 0 ? -1 : files_open_parent(files, other, &other_name);
    if (other_folder >= 0 && files_may(files, FILES_EXCHANGE, other) &&
        renameat2(one_folder, one_name, other_folder, other_name, RENAME_EXCHANGE) == 0)
        return true;
    return files_fail(files, errno, "exchange", other, error);
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

/* Is the attribute of @to the same as that of @from? @wanted is the latter. */
static bool has_attribute(int from, int to, const char *name, struct buffer *wanted) {
    AUTO(buffer) present = {0};
    read_attribute(from, name, wanted);
    read_attribute(to, name, &present);
    return wanted->length == present.length &&
           (wanted->length == 0 || memcmp(wanted->data, present.data, wanted->length) == 0);
}

/* Makes the attribute of @to the same as that of @from. */
static bool copy_attribute(int from, int to, const char *name) {
    AUTO(buffer) wanted = {0};
    return has_attribute(from, to, name, &wanted) ||
           (wanted.length ? fsetxattr(to, name, wanted.data, wanted.length, 0) : fremovexattr(to, name)) == 0;
}

static enum files_descent descent_of(int folder) {
    return fgetxattr(folder, default_acl, NULL, 0) > 0 ? FILES_DESCENT_ACL : FILES_DESCENT_MODE;
}

static int open_own_folder(const struct files *files, const char *path) {
    return files_open_path(files, FILES_OPEN, path, O_RDONLY | O_DIRECTORY, 0);
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

static bool has_group(int from, int to) {
    struct stat model, status;
    return fstat(from, &model) == 0 && fstat(to, &status) == 0 && model.st_gid == status.st_gid &&
           ((model.st_mode ^ status.st_mode) & S_ISGID) == 0;
}

/* The caller closes what is open, also on failure. */
static bool open_both(const struct files *files, const char *model, const char *path, int *from, int *to,
                      struct error *error) {
    *from = open_own_folder(files, model);
    *to = *from < 0 ? -1 : open_own_folder(files, path);
    if (*to >= 0)
        return true;
    return files_fail(files, errno, "look at", *from < 0 ? model : path, error);
}

bool files_hands_down_same(const struct files *files, const char *model, const char *path, bool *is_same,
                           enum files_descent *descent, struct error *error) {
    AUTO_CLOSE int from = -1;
    AUTO_CLOSE int to = -1;
    AUTO(buffer) acl = {0}, context = {0};
    if (!open_both(files, model, path, &from, &to, error))
        return false;
    *is_same =
        has_group(from, to) && has_attribute(from, to, default_acl, &acl) && has_attribute(from, to, label, &context);
    *descent = acl.length ? FILES_DESCENT_ACL : FILES_DESCENT_MODE;
    return true;
}

bool files_hand_down(const struct files *files, const char *model, const char *path, enum files_descent *descent,
                     struct error *error) {
    AUTO_CLOSE int from = -1;
    AUTO_CLOSE int to = -1;
    if (!open_both(files, model, path, &from, &to, error))
        return false;
    bool is_same = copy_group(from, to) && copy_attribute(from, to, default_acl) && copy_attribute(from, to, label);
    *descent = is_same ? descent_of(to) : FILES_DESCENT_LOST;
    return true;
}

bool files_look_at_descent(const struct files *files, const char *path, enum files_descent *descent,
                           struct error *error) {
    AUTO_CLOSE int folder = open_own_folder(files, path);
    if (folder < 0)
        return files_fail(files, errno, "look at", path, error);
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
    files_set_mode(folder, &status, mode);
}

bool files_make_folder(const struct files *files, const char *path, mode_t mode, struct error *error) {
    const char *name;
    AUTO_CLOSE int folder = files_may(files, FILES_MAKE_FOLDER, path) ? files_open_parent(files, path, &name) : -1;
    if (folder < 0 || mkdirat(folder, name, mode))
        return files_fail(files, errno, "make the folder", path, error);
    set_folder_mode(folder, name, mode); /* which is not vital */
    return true;
}

bool files_set_rights(const struct files *files, const char *path, gid_t group, mode_t mode, struct error *error) {
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_OPEN, path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0);
    struct stat status;
    if (descriptor < 0 || fstat(descriptor, &status) ||
        (status.st_gid != group && fchown(descriptor, (uid_t)-1, group)) || fstat(descriptor, &status) ||
        !files_set_mode(descriptor, &status, mode))
        return files_fail(files, errno, "change the group and mode of", path, error);
    return true;
}

/* --- removing, and making durable --- */

static bool remove_entry(const struct files *files, const char *path, enum files_operation operation, int flags,
                         struct error *error) {
    const char *name;
    AUTO_CLOSE int folder = files_may(files, operation, path) ? files_open_parent(files, path, &name) : -1;
    return (folder >= 0 && unlinkat(folder, name, flags) == 0) || files_fail(files, errno, "remove", path, error);
}

bool files_remove(const struct files *files, const char *path, struct error *error) {
    return remove_entry(files, path, FILES_REMOVE, 0, error);
}

bool files_remove_folder(const struct files *files, const char *path, struct error *error) {
    return remove_entry(files, path, FILES_REMOVE_FOLDER, AT_REMOVEDIR, error);
}

bool files_sync_folder(const struct files *files, const char *path, struct error *error) {
    AUTO_CLOSE int folder = files_open_path(files, FILES_SYNC, path, O_RDONLY | O_DIRECTORY, 0);
    bool is_synced = folder >= 0 && (fsync(folder) == 0 || (errno == EINVAL && syncfs(folder) == 0)); /* as on CIFS */
    return is_synced || files_fail(files, errno, "sync the folder", path, error);
}

/* Called by its number: sync(2) does not report that it was refused. The folder reports whether the disk failed. */
static bool sync_everything(int folder) {
    return syscall(SYS_sync) == 0 && fsync(folder) == 0;
}

bool files_sync_all(const struct files *files, const char *path, struct error *error) {
    AUTO_CLOSE int folder = files_open_path(files, FILES_SYNC, path, O_RDONLY | O_DIRECTORY, 0);
    if (folder >= 0 && (has_syncfs() ? syncfs(folder) == 0 : sync_everything(folder)))
        return true;
    return error_set_system(error, errno, "cannot make the batch durable%s", has_syncfs() ? "" : " (syncfs, sync)");
}
