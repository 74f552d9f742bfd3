#include "disk/files_lock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/memory.h"
#include "disk/files_write.h"

enum { LOCK_RETRY_FIRST_MS = 5, LOCK_RETRY_MOST_MS = 20 };

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
        clock_sleep_ms(wait_ms);
        wait_ms += wait_ms < LOCK_RETRY_MOST_MS ? LOCK_RETRY_FIRST_MS : 0;
        if (!files_may(files, FILES_LOCK, path)) /* a caller that waits may be asked to give up */
            return false;
    }
    return true;
}

/* The lock was not taken, for the reason in errno. Always returns -1. */
static int fail_to_lock(const struct files *files, int descriptor, const char *path, struct error *error) {
    int failure = errno;
    AUTO_FREE char *name = path[0] ? files_name(files, path) : memory_copy("the workspace");
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
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_LOCK, path, flags, mode);
    if (descriptor >= 0 && (fstat(descriptor, &status) || !S_ISREG(status.st_mode))) {
        files_reject(files, "lock", path, "it is not a regular file", error);
        return -1;
    }
    if (descriptor < 0 || !files_set_mode(descriptor, &status, mode))
        return fail_to_lock(files, descriptor, path, error);
    return auto_take(&descriptor);
}

/* Is the open file still the one that has the name? */
static bool has_name(const struct files *files, int descriptor, const char *path) {
    struct stat own, named;
    AUTO_CLOSE int present = files_open_path(files, FILES_LOOK, path, O_PATH | O_NOFOLLOW, 0);
    return present >= 0 && fstat(descriptor, &own) == 0 && fstat(present, &named) == 0 && own.st_ino == named.st_ino &&
           own.st_dev == named.st_dev;
}

int files_lock_file(const struct files *files, const char *path, mode_t mode, int timeout_ms, struct error *error) {
    for (int64_t deadline = clock_now_ms() + timeout_ms;;) {
        AUTO_CLOSE int descriptor = open_to_lock(files, path, mode, error);
        if (descriptor < 0)
            return -1;
        if (!lock(files, descriptor, path, clock_left_ms(deadline)))
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
    AUTO_CLOSE int folder = files_open_path(files, FILES_LOCK, path, O_RDONLY | O_DIRECTORY, 0);
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
    AUTO_CLOSE int descriptor = files_open_path(files, FILES_LOOK, path, O_PATH, 0);
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
