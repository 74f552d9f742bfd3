#include "session/capture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

enum { PART_BYTES = 4096, OUTPUT_BYTES_MOST = 65536 };

/* 0 if it cannot be started. */
static pid_t start(const char *program, const char *const *words, char *const *environment, int output) {
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    bool is_started =
        posix_spawnp(&child, program, &actions, NULL, (char *const *)words, environment ? environment : environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    return is_started ? child : 0;
}

static bool read_all(int descriptor, int64_t deadline_ms, struct buffer *output) {
    while (output->length < OUTPUT_BYTES_MOST) {
        int64_t left_ms = deadline_ms - clock_now_ms();
        struct pollfd place = {.fd = descriptor, .events = POLLIN};
        int count = poll(&place, 1, left_ms > 0 ? (int)left_ms : 0);
        if (count == 0)
            return false;
        buffer_reserve(output, PART_BYTES);
        ssize_t got = count < 0 ? -1 : read(descriptor, output->data + output->length, PART_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        output->length += (size_t)got;
        output->data[output->length] = '\0';
    }
    return false;
}

bool capture_run(const char *program, const char *const *words, char *const *environment, int timeout_ms,
                 struct buffer *output) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return false;
    pid_t child = start(program, words, environment, ends[1]);
    close(ends[1]);
    bool is_read = child && read_all(ends[0], clock_now_ms() + timeout_ms, output);
    close(ends[0]);
    if (!is_read)
        buffer_clear(output);
    if (child)
        kill(child, SIGKILL);
    while (child && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        continue;
    return is_read;
}
