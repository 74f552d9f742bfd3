/*
 * Preloaded into batchctl (LD_PRELOAD): counts the disk operations it makes beneath one folder, and breaks one of them,
 * or all from one on. An operation is counted if its path lies beneath the folder or its descriptor was opened there,
 * so that the number of an operation is the same in every run over the same files.
 *
 *   FAULT_ROOT   the folder, absolute and resolved; without it nothing is counted
 *   FAULT_AT     the number of the operation, from 1
 *   FAULT_KIND   kill-before, kill-after: the process dies by SIGKILL
 *                short-write: write(2) writes half
 *                cut, cut-flushed: the file system stops as if the power failed, its log lost or written, and the
 *                process dies
 *                ENOSPC and so on: the operation fails without having happened, but for close(2), which always closes
 *   FAULT_FOR    once, or good: every operation from that one on. After EINTR the next operation always succeeds, or
 *                a caller that tries again would never end. After a cut the process goes on, on a dead file system.
 *   FAULT_COUNT  a file; for each operation a line "NUMBER r|w NAME PATH" is appended, w if it may change the disk
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { DESCRIPTORS_MOST = 1024, PLACE_BYTES = 256, SHUTDOWN_FLUSHED = 1, SHUTDOWN_LOST = 2 };
#define SHUTDOWN _IOR('X', 125, uint32_t) /* FS_IOC_SHUTDOWN */

static struct {
    const char *root;
    long at, count;
    const char *kind;
    int failure; /* errno, or 0 */
    bool is_for_good, was_interrupted;
    int log;
    int root_descriptor;                        /* for the cut: there may be none left to be had later */
    char places[DESCRIPTORS_MOST][PLACE_BYTES]; /* where a descriptor points, relative to the root; "" is elsewhere */
} shim = {.log = -1, .root_descriptor = -1};

/* Points @real at the function that is interposed here. */
#define FIND(real)                                                                                                     \
    do {                                                                                                               \
        if (!(real)) {                                                                                                 \
            void *symbol = dlsym(RTLD_NEXT, __func__);                                                                 \
            memcpy(&(real), &symbol, sizeof symbol);                                                                   \
        }                                                                                                              \
    } while (0)

static int errno_of(const char *name) {
    static const struct {
        const char *name;
        int number;
    } rows[] = {{"ENOSPC", ENOSPC}, {"EIO", EIO},       {"EDQUOT", EDQUOT},
                {"EROFS", EROFS},   {"EMFILE", EMFILE}, {"EINTR", EINTR}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (strcmp(name, rows[i].name) == 0)
            return rows[i].number;
    return 0;
}

/* System calls of the shim's own go past what it interposes. */
static int open_directly(const char *path, int flags) {
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags | O_CLOEXEC, 0600);
}

/* The number must not be one that the program would get. */
static int out_of_the_way(int descriptor) {
    int moved = (int)syscall(SYS_fcntl, descriptor, F_DUPFD_CLOEXEC, DESCRIPTORS_MOST / 2);
    syscall(SYS_close, descriptor);
    return moved;
}

__attribute__((constructor)) static void start(void) {
    const char *at = getenv("FAULT_AT"), *kind = getenv("FAULT_KIND"), *duration = getenv("FAULT_FOR");
    const char *log = getenv("FAULT_COUNT");
    shim.root = getenv("FAULT_ROOT");
    shim.at = at ? strtol(at, NULL, 10) : 0;
    shim.kind = kind ? kind : "";
    shim.failure = errno_of(shim.kind);
    shim.is_for_good = duration && strcmp(duration, "good") == 0;
    if (log)
        shim.log = out_of_the_way(open_directly(log, O_WRONLY | O_CREAT | O_APPEND));
    if (shim.root && strncmp(shim.kind, "cut", 3) == 0)
        shim.root_descriptor = out_of_the_way(open_directly(shim.root, O_RDONLY | O_DIRECTORY));
}

/* --- where descriptors point --- */

static const char *place_of(int descriptor) {
    return descriptor >= 0 && descriptor < DESCRIPTORS_MOST ? shim.places[descriptor] : "";
}

/* The place of @path seen from @folder into @place; "" if that is not beneath the root. */
static void locate(int folder, const char *path, char place[PLACE_BYTES]) {
    const char *above = place_of(folder);
    size_t length = shim.root ? strlen(shim.root) : 0;
    place[0] = '\0';
    if (shim.root && path[0] == '/' && strncmp(path, shim.root, length) == 0 &&
        (path[length] == '\0' || path[length] == '/'))
        snprintf(place, PLACE_BYTES, ".%s", path + length);
    else if (path[0] != '/' && above[0])
        snprintf(place, PLACE_BYTES, "%s%s%s", above, path[0] ? "/" : "", path);
}

static void note_place(int descriptor, const char *place) {
    if (descriptor >= 0 && descriptor < DESCRIPTORS_MOST)
        snprintf(shim.places[descriptor], PLACE_BYTES, "%s", place);
}

/* --- counting and breaking --- */

static void die(void) {
    syscall(SYS_kill, getpid(), SIGKILL);
}

static void cut(void) {
    uint32_t how = strcmp(shim.kind, "cut") == 0 ? SHUTDOWN_LOST : SHUTDOWN_FLUSHED;
    if (syscall(SYS_ioctl, shim.root_descriptor, SHUTDOWN, &how) != 0) {
        static const char text[] = "the file system cannot be shut down\n";
        syscall(SYS_write, STDERR_FILENO, text, sizeof text - 1);
        _exit(125);
    }
    if (!shim.is_for_good)
        die();
}

static bool is_now(void) {
    return shim.at > 0 && (shim.count == shim.at || (shim.is_for_good && shim.count > shim.at));
}

static bool is_short(void) {
    return is_now() && strcmp(shim.kind, "short-write") == 0;
}

static void write_log(char effect, const char *operation, const char *place) {
    char line[PLACE_BYTES + 64];
    int length = snprintf(line, sizeof line, "%ld %c %s %s\n", shim.count, effect, operation, place);
    syscall(SYS_write, shim.log, line, (size_t)length);
}

/* Before each operation. False if it must fail; errno is set then. */
static bool begin(char effect, const char *operation, const char *place) {
    shim.count++;
    if (shim.log >= 0)
        write_log(effect, operation, place);
    if (!is_now())
        return true;
    if (shim.count == shim.at && strcmp(shim.kind, "kill-before") == 0)
        die();
    if (shim.count == shim.at && strncmp(shim.kind, "cut", 3) == 0)
        cut();
    bool is_spared = shim.failure == EINTR && shim.was_interrupted;
    shim.was_interrupted = shim.failure == EINTR && !is_spared;
    if (shim.failure == 0 || is_spared)
        return true;
    errno = shim.failure;
    return false;
}

/* After each operation that happened. */
static void end(void) {
    if (shim.count == shim.at && strcmp(shim.kind, "kill-after") == 0)
        die();
}

/* --- the operations --- */

static mode_t mode_of(int flags, va_list rest) {
    return flags & (O_CREAT | O_TMPFILE) & ~O_DIRECTORY ? va_arg(rest, mode_t) : 0;
}

static int open_noted(const char *operation, int folder, const char *path, int flags, mode_t mode) {
    char place[PLACE_BYTES];
    locate(folder, path, place);
    if (!place[0])
        return (int)syscall(SYS_openat, folder, path, flags, mode);
    if (!begin(flags & O_CREAT ? 'w' : 'r', operation, place))
        return -1;
    int descriptor = (int)syscall(SYS_openat, folder, path, flags, mode);
    note_place(descriptor, place);
    end();
    return descriptor;
}

int open(const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_noted("open", AT_FDCWD, path, flags, mode);
}

int openat(int folder, const char *path, int flags, ...) {
    va_list rest;
    va_start(rest, flags);
    mode_t mode = mode_of(flags, rest);
    va_end(rest);
    return open_noted("openat", folder, path, flags, mode);
}

/* The shim's own calls come through here too, and pass: only openat2, which glibc does not wrap, is looked at. */
long syscall(long number, ...) {
    static long (*real)(long, ...);
    FIND(real);
    long words[6];
    va_list rest;
    va_start(rest, number);
    for (int i = 0; i < 6; i++)
        words[i] = va_arg(rest, long);
    va_end(rest);
    char place[PLACE_BYTES] = "";
    if (number == SYS_openat2) {
        /* NOLINTBEGIN(performance-no-int-to-ptr): syscall(2) hands its pointers over as numbers */
        const struct open_how *how = (const struct open_how *)words[2];
        locate((int)words[0], (const char *)words[1], place);
        /* NOLINTEND(performance-no-int-to-ptr) */
        if (place[0] && !begin(how->flags & O_CREAT ? 'w' : 'r', how->flags & O_CREAT ? "create" : "openat2", place))
            return -1;
    }
    long result = real(number, words[0], words[1], words[2], words[3], words[4], words[5]);
    if (place[0]) {
        note_place((int)result, place);
        end();
    }
    return result;
}

int fcntl(int descriptor, int command, ...) {
    static int (*real)(int, int, ...);
    FIND(real);
    va_list rest;
    va_start(rest, command);
    long argument = va_arg(rest, long);
    va_end(rest);
    int result = real(descriptor, command, argument);
    if (command == F_DUPFD_CLOEXEC || command == F_DUPFD)
        note_place(result, place_of(descriptor));
    return result;
}

int close(int descriptor) {
    static int (*real)(int);
    FIND(real);
    char place[PLACE_BYTES];
    snprintf(place, sizeof place, "%s", place_of(descriptor));
    if (!place[0])
        return real(descriptor);
    note_place(descriptor, "");
    bool is_well = begin('r', "close", place);
    int failure = errno;
    int result = real(descriptor);
    if (!is_well) {
        errno = failure;
        return -1;
    }
    end();
    return result;
}

ssize_t getdents64(int folder, void *entries, size_t size) {
    static ssize_t (*real)(int, void *, size_t);
    FIND(real);
    const char *place = place_of(folder);
    if (!place[0])
        return real(folder, entries, size);
    if (!begin('r', "getdents64", place))
        return -1;
    ssize_t result = real(folder, entries, size);
    end();
    return result;
}

ssize_t read(int descriptor, void *data, size_t size) {
    static ssize_t (*real)(int, void *, size_t);
    FIND(real);
    const char *place = place_of(descriptor);
    if (!place[0])
        return real(descriptor, data, size);
    if (!begin('r', "read", place))
        return -1;
    ssize_t result = real(descriptor, data, size);
    end();
    return result;
}

ssize_t write(int descriptor, const void *data, size_t size) {
    static ssize_t (*real)(int, const void *, size_t);
    FIND(real);
    const char *place = place_of(descriptor);
    if (!place[0])
        return real(descriptor, data, size);
    if (!begin('w', "write", place))
        return -1;
    ssize_t result = real(descriptor, data, is_short() && size > 1 ? size / 2 : size);
    end();
    return result;
}

#define ON_DESCRIPTOR(effect, descriptor, call)                                                                        \
    FIND(real);                                                                                                        \
    const char *place = place_of(descriptor);                                                                          \
    if (!place[0])                                                                                                     \
        return call;                                                                                                   \
    if (!begin(effect, __func__, place))                                                                               \
        return -1;                                                                                                     \
    int result = call;                                                                                                 \
    end();                                                                                                             \
    return result

#define ON_PATH(effect, folder, path, call)                                                                            \
    FIND(real);                                                                                                        \
    char place[PLACE_BYTES];                                                                                           \
    locate(folder, path, place);                                                                                       \
    if (!place[0])                                                                                                     \
        return call;                                                                                                   \
    if (!begin(effect, __func__, place))                                                                               \
        return -1;                                                                                                     \
    int result = call;                                                                                                 \
    end();                                                                                                             \
    return result

int fsync(int descriptor) {
    static int (*real)(int);
    ON_DESCRIPTOR('w', descriptor, real(descriptor));
}

int fdatasync(int descriptor) {
    static int (*real)(int);
    ON_DESCRIPTOR('w', descriptor, real(descriptor));
}

int syncfs(int descriptor) {
    static int (*real)(int);
    ON_DESCRIPTOR('w', descriptor, real(descriptor));
}

int fchmod(int descriptor, mode_t mode) {
    static int (*real)(int, mode_t);
    ON_DESCRIPTOR('w', descriptor, real(descriptor, mode));
}

int flock(int descriptor, int operation) {
    static int (*real)(int, int);
    ON_DESCRIPTOR('r', descriptor, real(descriptor, operation));
}

int fstat(int descriptor, struct stat *status) {
    static int (*real)(int, struct stat *);
    ON_DESCRIPTOR('r', descriptor, real(descriptor, status));
}

int fstatat(int folder, const char *restrict path, struct stat *restrict status, int flags) {
    static int (*real)(int, const char *, struct stat *, int);
    ON_PATH('r', folder, path, real(folder, path, status, flags));
}

int statx(int folder, const char *restrict path, int flags, unsigned mask, struct statx *restrict status) {
    static int (*real)(int, const char *, int, unsigned, struct statx *);
    ON_PATH('r', folder, path, real(folder, path, flags, mask, status));
}

int mkdirat(int folder, const char *path, mode_t mode) {
    static int (*real)(int, const char *, mode_t);
    ON_PATH('w', folder, path, real(folder, path, mode));
}

int fchmodat(int folder, const char *path, mode_t mode, int flags) {
    static int (*real)(int, const char *, mode_t, int);
    ON_PATH('w', folder, path, real(folder, path, mode, flags));
}

int unlinkat(int folder, const char *path, int flags) {
    static int (*real)(int, const char *, int);
    ON_PATH('w', folder, path, real(folder, path, flags));
}

int linkat(int from_folder, const char *from, int to_folder, const char *to, int flags) {
    static int (*real)(int, const char *, int, const char *, int);
    ON_PATH('w', to_folder, to, real(from_folder, from, to_folder, to, flags));
}

int renameat(int from_folder, const char *from, int to_folder, const char *to) {
    static int (*real)(int, const char *, int, const char *);
    ON_PATH('w', to_folder, to, real(from_folder, from, to_folder, to));
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
    static int (*real)(int, const char *, int, const char *, unsigned);
    ON_PATH('w', to_folder, to, real(from_folder, from, to_folder, to, flags));
}
