#include "refusal.h"

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILTER_MOST = 16, NO_SECCOMP = 126 };

const struct refusal refusal_rows[] = {
    {.name = "openat2", .calls = {SYS_openat2}},
    {.name = "renameat2", .calls = {SYS_renameat2}},
    {.name = "statx", .calls = {SYS_statx}},
    {.name = "syncfs", .calls = {SYS_syncfs}},
    {.name = "fallocate", .calls = {SYS_fallocate}},
    {.name = "inotify_init1", .calls = {SYS_inotify_init1}},
    {.name = "inotify_add_watch", .calls = {SYS_inotify_add_watch}},
    {.name = "flock", .calls = {SYS_flock}},
#ifdef SYS_chmod
    {.name = "chmod", .calls = {SYS_fchmod, SYS_fchmodat, SYS_chmod}},
    {.name = "chown", .calls = {SYS_fchown, SYS_fchownat, SYS_chown}},
#else
    {.name = "chmod", .calls = {SYS_fchmod, SYS_fchmodat}},
    {.name = "chown", .calls = {SYS_fchown, SYS_fchownat}},
#endif
    {.name = "F_SETLEASE", .calls = {SYS_fcntl}, .command = F_SETLEASE},
    {.name = "getrandom", .calls = {SYS_getrandom}},
};
const size_t refusal_count = sizeof refusal_rows / sizeof *refusal_rows;

static struct sock_filter statement(unsigned short code, unsigned value) {
    return (struct sock_filter){.code = code, .k = value};
}

/* Passes over the next @count statements unless the value is @value. */
static struct sock_filter unless(unsigned value, unsigned char count) {
    return (struct sock_filter){.code = BPF_JMP | BPF_JEQ | BPF_K, .jf = count, .k = value};
}

void refusal_impose(const struct refusal *refusal) {
    struct sock_filter filter[FILTER_MOST];
    unsigned short count = 0;
    unsigned refuse = SECCOMP_RET_ERRNO | (unsigned)refusal->failure;
    for (int i = 0; i < REFUSAL_CALLS_MOST && refusal->calls[i]; i++) {
        filter[count++] = statement(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr));
        if (refusal->command) {
            filter[count++] = unless((unsigned)refusal->calls[i], 3);
            filter[count++] = statement(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[1]));
            filter[count++] = unless((unsigned)refusal->command, 1);
        } else {
            filter[count++] = unless((unsigned)refusal->calls[i], 1);
        }
        filter[count++] = statement(BPF_RET | BPF_K, refuse);
    }
    filter[count++] = statement(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
    const struct sock_fprog program = {.len = count, .filter = filter};
    if (refusal->calls[0] &&
        (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program)))
        _exit(NO_SECCOMP);
}
