/*
 * What can be done from here? Run inside a unit's sandbox, in batchd's place, and outside of it for comparison. Prints
 * a line for each attempt: its name, and "done" or why not.
 *
 * usage: probe FOLDER PATH...     FOLDER is to be writable; each PATH is a file that does not exist, or is a secret, or
 *                                 a copy of this program
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/netlink.h>
#include <sched.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/personality.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { USAGE = 125 }; /* no errno has this value */

static void tell(const char *name, long result) {
    printf("%s: %s\n", name, result >= 0 ? "done" : strerrorname_np(errno));
    fflush(stdout);
}

/* Each attempt is made by a child, so that none has an effect on the next. */
static void try(const char *name, long attempt(const char *path), const char *path) {
    fflush(stdout);
    pid_t child = fork();
    if (child == 0) {
        tell(name, attempt(path));
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

static long create(const char *path) {
    int descriptor = open(path, O_CREAT | O_EXCL | O_WRONLY, 0600);
    if (descriptor >= 0)
        unlink(path);
    return descriptor;
}

static long look(const char *path) {
    return open(path, O_RDONLY);
}

static long talk(int family, int type, int protocol) {
    return socket(family, type, protocol);
}

static long internet(const char *path) {
    (void)path;
    return talk(AF_INET, SOCK_STREAM, 0);
}

static long internet6(const char *path) {
    (void)path;
    return talk(AF_INET6, SOCK_DGRAM, 0);
}

static long netlink(const char *path) {
    (void)path;
    return talk(AF_NETLINK, SOCK_RAW, NETLINK_ROUTE);
}

static long local(const char *path) {
    (void)path;
    return talk(AF_UNIX, SOCK_STREAM, 0);
}

static long new_users(const char *path) {
    (void)path;
    return unshare(CLONE_NEWUSER);
}

/* Also as a user who is root in a namespace. */
static long new_mounts(const char *path) {
    (void)path;
    return unshare(CLONE_NEWUSER | CLONE_NEWNS);
}

static long mount_it(const char *path) {
    (void)path;
    (void)!unshare(CLONE_NEWUSER | CLONE_NEWNS);
    return mount("none", "/tmp", "tmpfs", 0, NULL);
}

static long write_and_execute(const char *path) {
    (void)path;
    return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1
                                                                                                                  : 0;
}

static long make_executable(const char *path) {
    (void)path;
    void *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    return mprotect(memory, 4096, PROT_READ | PROT_EXEC);
}

static void copy_ourselves(const char *path) {
    char bytes[65536];
    int from = open("/proc/self/exe", O_RDONLY), to = open(path, O_CREAT | O_TRUNC | O_WRONLY, 0700);
    for (ssize_t length; from >= 0 && to >= 0 && (length = read(from, bytes, sizeof bytes)) > 0;)
        if (write(to, bytes, (size_t)length) != length)
            break;
    close(from);
    close(to);
}

/* A copy of us. */
static long run(const char *path) {
    char *words[] = {(char *)path, NULL};
    int status = 0;
    pid_t child = vfork();
    if (child == 0) {
        execv(path, words);
        _exit(errno);
    }
    waitpid(child, &status, 0);
    errno = WEXITSTATUS(status);
    return errno && errno != USAGE ? -1 : 0;
}

/* A program that was put among the plans. */
static long execute(const char *path) {
    copy_ourselves(path);
    long result = run(path);
    unlink(path);
    return result;
}

static long set_user_bit(const char *path) {
    int descriptor = open(path, O_CREAT | O_WRONLY, 0600);
    long result = fchmod(descriptor, 04700);
    unlink(path);
    return result;
}

static long trace(const char *path) {
    (void)path;
    return ptrace(PTRACE_TRACEME, 0, NULL, NULL);
}

static long other_architecture(const char *path) {
    (void)path;
    return personality(PER_LINUX32);
}

static long real_time(const char *path) {
    (void)path;
    struct sched_param parameters = {0};
    return sched_setscheduler(0, SCHED_IDLE, &parameters) < 0 ? -1 : 0;
}

static long keys(const char *path) {
    (void)path;
    return syscall(SYS_add_key, "user", "probe", "x", 1, -3);
}

static long make_pipe(const char *path) {
    (void)path;
    int ends[2];
    return pipe2(ends, O_CLOEXEC);
}

static long host_name(const char *path) {
    (void)path;
    (void)!unshare(CLONE_NEWUSER | CLONE_NEWUTS);
    return sethostname("probe", 5);
}

int main(int count, char **words) {
    char path[4096];
    if (count < 2)
        return USAGE;
    snprintf(path, sizeof path, "%s/.probe", words[1]);
    try("write inside", create, path);
    try("AF_UNIX", local, NULL);
    try("pipe", make_pipe, NULL);
    for (int i = 2; i < count; i++) {
        char name[4200];
        struct stat status = {0};
        bool is_there = stat(words[i], &status) == 0 || errno == EACCES, is_program = status.st_mode & S_IXUSR;
        snprintf(name, sizeof name, "%s %s", is_program ? "execute" : is_there ? "read" : "write", words[i]);
        try(name, is_program ? run : is_there ? look : create, words[i]);
    }
    static const struct {
        const char *name;
        long (*attempt)(const char *path);
    } attempts[] = {
        {"AF_INET", internet},
        {"AF_INET6", internet6},
        {"AF_NETLINK", netlink},
        {"unshare users", new_users},
        {"unshare mounts", new_mounts},
        {"mount", mount_it},
        {"writable and executable memory", write_and_execute},
        {"memory made executable", make_executable},
        {"execute from the plans", execute},
        {"set-user-id", set_user_bit},
        {"ptrace", trace},
        {"personality", other_architecture},
        {"scheduler", real_time},
        {"keyring", keys},
        {"host name", host_name},
    };
    for (size_t i = 0; i < sizeof attempts / sizeof *attempts; i++)
        try(attempts[i].name, attempts[i].attempt, path);
    return 0;
}
