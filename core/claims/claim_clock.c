#include "claims/claim_clock.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"

enum { FIELDS_FROM_STATE_TO_START = 19 }; /* of /proc/PID/stat (proc(5)): 3 and 22 */

/* A short file of /proc as a string; false with errno. */
static bool read_short(const char *path, char *text, size_t size) {
    AUTO_CLOSE int descriptor = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t got = descriptor < 0 ? -1 : read(descriptor, text, size - 1);
    text[got > 0 ? got : 0] = '\0';
    return got > 0;
}

static bool read_boot(char boot[CLAIM_BOOT_TEXT]) {
    char text[CLAIM_BOOT_TEXT + 1];
    bool is_read = read_short("/proc/sys/kernel/random/boot_id", text, sizeof text) &&
                   strspn(text, "0123456789abcdef-") == CLAIM_BOOT_TEXT - 1;
    text[CLAIM_BOOT_TEXT - 1] = '\0';
    memcpy(boot, text, CLAIM_BOOT_TEXT);
    return is_read;
}

static uint64_t milliseconds_of(clockid_t clock) {
    struct timespec now;
    clock_gettime(clock, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

bool claim_clock_read(struct claim_moment *moment, struct error *error) {
    *moment = (struct claim_moment){.boot_ms = milliseconds_of(CLOCK_BOOTTIME),
                                    .wall_ms = (int64_t)milliseconds_of(CLOCK_REALTIME),
                                    .is_dead = claim_clock_is_dead};
    return read_boot(moment->boot) ||
           error_set(error, ERROR_IO, "cannot read which boot this is (/proc/sys/kernel/random/boot_id)");
}

/* --- keepers --- */

static uint64_t own_namespace(void) {
    struct stat status;
    return stat("/proc/self/ns/pid", &status) ? 0 : status.st_ino;
}

/* The state and the start of a process. False with errno if it cannot be read, ENOENT if there is none. */
static bool read_process(uint64_t pid, char *state, uint64_t *start) {
    char path[40], text[1024];
    snprintf(path, sizeof path, "/proc/%" PRIu64 "/stat", pid);
    if (!read_short(path, text, sizeof text))
        return false;
    errno = EINVAL;
    const char *at = strrchr(text, ')'); /* the name before may have brackets and blanks */
    if (!at || at[1] != ' ')
        return false;
    at += 2;
    *state = *at;
    for (int i = 0; at && i < FIELDS_FROM_STATE_TO_START; i++)
        at = strchr(at, ' ') ? strchr(at, ' ') + 1 : NULL;
    *start = at ? strtoull(at, NULL, 10) : 0;
    return at;
}

static bool is_over(char state) {
    return state == 'Z' || state == 'X' || state == 'x';
}

bool claim_clock_find_keeper(pid_t pid, struct claim_keeper *keeper, struct error *error) {
    char state;
    *keeper = (struct claim_keeper){.pid = (uint64_t)pid, .pid_namespace = own_namespace()};
    if (keeper->pid_namespace && read_process(keeper->pid, &state, &keeper->start))
        return true;
    *keeper = (struct claim_keeper){0};
    return error_set(error, ERROR_IO, "cannot read when the process %ld began (/proc)", (long)pid);
}

bool claim_clock_is_dead(const struct claim_keeper *keeper) {
    uint64_t start;
    char state;
    if (keeper->pid == 0 || keeper->pid_namespace != own_namespace())
        return false;
    if (read_process(keeper->pid, &state, &start))
        return is_over(state) || start != keeper->start;
    if (errno != ENOENT && errno != ESRCH)
        return false;
    return kill((pid_t)keeper->pid, 0) && errno == ESRCH; /* /proc may hide it (proc(5), hidepid) */
}

void claim_clock_append(struct buffer *text, int64_t wall_ms) {
    char part[32];
    struct tm utc;
    time_t seconds = wall_ms / 1000;
    strftime(part, sizeof part, "%Y-%m-%dT%H:%M:%S", gmtime_r(&seconds, &utc));
    buffer_append_format(text, "%s.%03dZ", part, (int)(wall_ms % 1000));
}
