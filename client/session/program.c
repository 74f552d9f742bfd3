#include "session/program.h"

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

/* The child's @number is a copy of @descriptor. */
static void set_stream(posix_spawn_file_actions_t *actions, int number, int descriptor) {
    if (descriptor < 0)
        posix_spawn_file_actions_addopen(actions, number, "/dev/null", number ? O_WRONLY : O_RDONLY, 0);
    else
        posix_spawn_file_actions_adddup2(actions, descriptor, number);
}

pid_t program_start(const char *const *words, char *const *environment, int input, int output, int errors) {
    posix_spawn_file_actions_t actions;
    pid_t child = 0;
    posix_spawn_file_actions_init(&actions);
    set_stream(&actions, STDIN_FILENO, input);
    set_stream(&actions, STDOUT_FILENO, output);
    set_stream(&actions, STDERR_FILENO, errors);
    errno = posix_spawnp(&child, words[0], &actions, NULL, (char *const *)words, environment ? environment : environ);
    bool is_started = errno == 0;
    posix_spawn_file_actions_destroy(&actions);
    return is_started ? child : 0;
}

int program_wait(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        continue;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

static bool read_all(int descriptor, int64_t deadline_ms, struct buffer *output) {
    while (output->length < OUTPUT_BYTES_MOST) {
        if (!clock_wait_for(descriptor, POLLIN, deadline_ms))
            return false;
        buffer_reserve(output, PART_BYTES);
        ssize_t got = read(descriptor, output->data + output->length, PART_BYTES);
        if (got < 0 && errno == EINTR)
            continue;
        if (got <= 0)
            return got == 0;
        output->length += (size_t)got;
        output->data[output->length] = '\0';
    }
    return false;
}

bool program_capture(const char *const *words, char *const *environment, int timeout_ms, struct buffer *output) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return false;
    pid_t child = program_start(words, environment, -1, ends[1], -1);
    close(ends[1]);
    bool is_read = child && read_all(ends[0], clock_now_ms() + timeout_ms, output);
    close(ends[0]);
    if (!is_read)
        buffer_clear(output);
    if (child) {
        kill(child, SIGKILL);
        program_wait(child);
    }
    return is_read;
}

static void write_all(int descriptor, struct span text) {
    while (text.length) {
        ssize_t written = write(descriptor, text.data, text.length);
        if (written < 0 && errno != EINTR)
            return;
        text = span_skip(text, written > 0 ? (size_t)written : 0);
    }
}

int program_feed(const char *const *words, struct span input) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC))
        return -1;
    pid_t child = program_start(words, NULL, ends[0], STDOUT_FILENO, STDERR_FILENO);
    int failure = child ? 0 : errno;
    close(ends[0]);
    if (child) {
        void (*before)(int) = signal(SIGPIPE, SIG_IGN);
        write_all(ends[1], input);
        signal(SIGPIPE, before);
    }
    close(ends[1]);
    errno = failure;
    return child ? program_wait(child) : -1;
}
