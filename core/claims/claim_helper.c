#include "claims/claim_helper.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#if __has_include(<sys/pidfd.h>) /* else see base/musl.inc */
#include <sys/pidfd.h>
#endif
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/diagnostics.h"

enum { PART_BYTES = 65536, EXIT_MS = 1000, PAUSE_MS_LEAST = 1000, PAUSE_MS_MOST = 30000 };

void claim_helper_line_release(struct claim_helper_line *line) {
    json_release(&line->json);
    buffer_release(&line->text);
    *line = (struct claim_helper_line){0};
}

bool claim_helper_runs(const struct claim_helper *helper) {
    return helper->process;
}

/* --- the process --- */

/* Signals of the terminal are the client's: the helper has a process group, and learns of the end by its input. */
static int spawn(struct claim_helper *helper, int input, int output) {
    char *words[] = {(char *)helper->program, NULL};
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    sigemptyset(&none);
    sigfillset(&all);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addchdir_np(&actions, "/");
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    int failure = posix_spawn(&helper->process, helper->program, &actions, &attributes, words, helper->environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return failure;
}

static bool start(struct claim_helper *helper, struct error *error) {
    int to[2] = {-1, -1}, from[2] = {-1, -1};
    bool has_pipes = pipe2(to, O_CLOEXEC) == 0 && pipe2(from, O_CLOEXEC) == 0;
    int failure = has_pipes ? spawn(helper, to[0], from[1]) : errno;
    const int others[] = {to[0], from[1], failure ? to[1] : -1, failure ? from[0] : -1};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (others[i] >= 0)
            close(others[i]);
    if (failure) {
        helper->process = 0;
        error_set_system(error, failure, "cannot start %s", helper->program);
        error->code = ERROR_UNREACHABLE;
        return false;
    }
    helper->input = to[1];
    helper->output = from[0];
    fcntl(helper->input, F_SETFL, O_NONBLOCK);
    return true;
}

bool claim_helper_start(struct claim_helper *helper, struct error *error) {
    if (helper->process)
        return true;
    if (clock_now_ms() < helper->start_at_ms)
        return error_set(error, ERROR_UNREACHABLE, "the claims helper has failed, and is started again in a moment");
    return start(helper, error);
}

static bool has_exited(pid_t process, int timeout_ms) {
    AUTO_CLOSE int descriptor = pidfd_open(process, 0);
    return descriptor >= 0 && clock_wait_for(descriptor, POLLIN, clock_now_ms() + timeout_ms);
}

static void end(struct claim_helper *helper, int timeout_ms) {
    if (!helper->process)
        return;
    close(helper->input);
    close(helper->output);
    if (!has_exited(helper->process, timeout_ms))
        kill(helper->process, SIGKILL);
    while (waitpid(helper->process, NULL, 0) < 0 && errno == EINTR)
        continue;
    helper->process = 0;
    buffer_clear(&helper->received);
}

bool claim_helper_fail(struct claim_helper *helper, const char *fault, struct error *error) {
    end(helper, 0);
    int doubled_ms = helper->pause_ms ? 2 * helper->pause_ms : PAUSE_MS_LEAST;
    helper->pause_ms = doubled_ms < PAUSE_MS_MOST ? doubled_ms : PAUSE_MS_MOST;
    helper->start_at_ms = clock_now_ms() + helper->pause_ms;
    const char *slash = strrchr(helper->program, '/');
    return error_set(error, ERROR_UNREACHABLE, "%s %s", slash ? slash + 1 : helper->program, fault);
}

void claim_helper_release(struct claim_helper *helper) {
    end(helper, EXIT_MS);
    buffer_release(&helper->received);
}

/* --- sending --- */

/* A pipe without a reader is an error, and no signal. */
static ssize_t write_quietly(int descriptor, struct span text) {
    sigset_t pipe_signal, before;
    sigemptyset(&pipe_signal);
    sigaddset(&pipe_signal, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &pipe_signal, &before);
    ssize_t count = write(descriptor, text.data, text.length);
    int failure = errno;
    if (count < 0 && failure == EPIPE)
        sigtimedwait(&pipe_signal, NULL, &(struct timespec){0});
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    errno = failure;
    return count;
}

static bool send_line(struct claim_helper *helper, struct span line, int64_t deadline_ms) {
    while (line.length) {
        ssize_t count = write_quietly(helper->input, line);
        if (count > 0)
            line = span_skip(line, (size_t)count);
        else if (errno == EAGAIN ? !clock_wait_for(helper->input, POLLOUT, deadline_ms) : errno != EINTR)
            return false;
    }
    return true;
}

/* --- receiving --- */

enum receipt { RECEIVED, SILENT, ENDED, TOO_LONG };

static const char *fault_of(enum receipt receipt) {
    static const char *const faults[] = {"sends what is no answer", "does not answer", "has ended",
                                         "sends too long a line"};
    return faults[receipt];
}

/* Moves the first line of what was received to @line, if there is a whole one. */
static bool take_line(struct claim_helper *helper, struct buffer *line) {
    struct buffer *received = &helper->received;
    const char *newline = received->length ? memchr(received->data, '\n', received->length) : NULL;
    if (!newline)
        return false;
    size_t length = (size_t)(newline - received->data);
    AUTO(buffer) rest = {0};
    buffer_append_span(&rest, span_skip(buffer_span(received), length + 1));
    buffer_append_span(line, (struct span){received->data, length});
    struct buffer old = *received;
    *received = rest;
    rest = old;
    return true;
}

static enum receipt receive(struct claim_helper *helper, int64_t deadline_ms, struct buffer *line) {
    struct buffer *received = &helper->received;
    while (!take_line(helper, line)) {
        if (received->length >= CLAIM_HELPER_LINE_BYTES_MOST)
            return TOO_LONG;
        if (!clock_wait_for(helper->output, POLLIN, deadline_ms))
            return SILENT;
        buffer_reserve(received, PART_BYTES);
        ssize_t count = read(helper->output, received->data + received->length, PART_BYTES);
        if (count < 0 && errno == EINTR)
            continue;
        if (count <= 0)
            return ENDED;
        received->length += (size_t)count;
        received->data[received->length] = '\0';
    }
    return line->length < CLAIM_HELPER_LINE_BYTES_MOST ? RECEIVED : TOO_LONG;
}

/* A line that is an object, strictly. */
static bool read_line(struct claim_helper_line *line) {
    AUTO(diagnostics) diagnostics = {0};
    return json_parse(&line->json, buffer_span(&line->text), "line", &diagnostics) && cJSON_IsObject(line->json.root);
}

static bool is_unasked(const cJSON *line) {
    return !json_get(line, "n") && (cJSON_IsObject(json_get(line, "event")) || json_get_string(line, "resync") ||
                                    json_get_string(line, "state"));
}

static void hand_over(struct claim_helper *helper, const cJSON *line) {
    if (helper->unasked)
        helper->unasked(helper->unasked_data, line);
}

static bool is_answer(const struct claim_helper *helper, const cJSON *line) {
    const cJSON *number = json_get(line, "n");
    return cJSON_IsNumber(number) && number->valuedouble == (double)helper->number &&
           cJSON_IsObject(json_get(line, "ok")) != cJSON_IsObject(json_get(line, "error"));
}

static bool wait_for_answer(struct claim_helper *helper, int64_t deadline_ms, struct claim_helper_line *answer,
                            struct error *error) {
    for (;;) {
        claim_helper_line_release(answer);
        enum receipt receipt = receive(helper, deadline_ms, &answer->text);
        bool is_line = receipt == RECEIVED && read_line(answer);
        if (is_line && is_answer(helper, answer->json.root))
            return true;
        if (!is_line || !is_unasked(answer->json.root))
            return claim_helper_fail(helper, fault_of(receipt), error);
        hand_over(helper, answer->json.root);
    }
}

bool claim_helper_ask(struct claim_helper *helper, struct span members, int wait_ms, struct claim_helper_line *answer,
                      struct error *error) {
    AUTO(buffer) line = {0};
    int64_t deadline_ms = clock_now_ms() + wait_ms;
    if (!claim_helper_start(helper, error))
        return false;
    buffer_append_format(&line, "{\"n\":%" PRIu64 ",", ++helper->number);
    buffer_append_span(&line, span_skip(members, 1));
    buffer_append_byte(&line, '\n');
    if (!send_line(helper, buffer_span(&line), deadline_ms))
        return claim_helper_fail(helper, "takes no request", error);
    if (!wait_for_answer(helper, deadline_ms, answer, error))
        return false;
    helper->pause_ms = 0;
    return true;
}

void claim_helper_wait(struct claim_helper *helper, int timeout_ms) {
    AUTO(claim_helper_line) line = {0};
    AUTO(error) ignored = {0};
    if (!helper->process) {
        clock_sleep_ms(timeout_ms);
        return;
    }
    enum receipt receipt = receive(helper, clock_now_ms() + timeout_ms, &line.text);
    if (receipt == SILENT)
        return;
    if (receipt == RECEIVED && read_line(&line) && is_unasked(line.json.root))
        hand_over(helper, line.json.root);
    else
        claim_helper_fail(helper, fault_of(receipt), &ignored);
}
