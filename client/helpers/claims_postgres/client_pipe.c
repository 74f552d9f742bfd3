#include "helpers/claims_postgres/client_pipe.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"

enum {
    READ_BYTES = 64 << 10,
    INPUT_BYTES_MOST = 2 * CLIENT_PIPE_LINE_BYTES_MOST, /* then requests wait in the pipe */
    WRITE_BYTES = PIPE_BUF, /* a pipe that poll(2) calls writable takes so many without blocking: pipe(7) */
};

void client_pipe_release(struct client_pipe *pipe) {
    buffer_release(&pipe->received);
    buffer_release(&pipe->unsent);
    *pipe = (struct client_pipe){0};
}

bool client_pipe_is_over(const struct client_pipe *pipe) {
    return pipe->is_too_long || pipe->is_unread || (pipe->has_input_ended && clock_now_ms() >= pipe->over_at_ms);
}

bool client_pipe_has_line(const struct client_pipe *pipe) {
    return pipe->scanned < pipe->received.length;
}

bool client_pipe_is_full(const struct client_pipe *pipe) {
    return pipe->unsent.length - pipe->sent > CLIENT_PIPE_OUTPUT_BYTES_MOST;
}

/* Moves scanned to the first newline from @from on; to the end without one. */
static void scan(struct client_pipe *pipe, size_t from) {
    const struct buffer *received = &pipe->received;
    const char *newline = from < received->length ? memchr(received->data + from, '\n', received->length - from) : NULL;
    pipe->scanned = newline ? (size_t)(newline - received->data) : received->length;
    pipe->is_too_long = pipe->scanned > CLIENT_PIPE_LINE_BYTES_MOST;
}

bool client_pipe_take_line(struct client_pipe *pipe, struct buffer *line) {
    if (!client_pipe_has_line(pipe))
        return false;
    struct buffer *received = &pipe->received;
    size_t taken = pipe->scanned + 1;
    buffer_clear(line);
    buffer_append(line, received->data, pipe->scanned);
    memmove(received->data, received->data + taken, received->length - taken);
    buffer_truncate(received, received->length - taken);
    scan(pipe, 0);
    return true;
}

void client_pipe_write(struct client_pipe *pipe, struct span line) {
    buffer_append_span(&pipe->unsent, line);
    buffer_append_byte(&pipe->unsent, '\n');
}

static void read_input(struct client_pipe *pipe) {
    struct buffer *received = &pipe->received;
    buffer_reserve(received, READ_BYTES);
    ssize_t count = read(pipe->input, received->data + received->length, READ_BYTES);
    if (count < 0 && (errno == EINTR || errno == EAGAIN))
        return;
    if (count <= 0) {
        pipe->has_input_ended = true;
        pipe->over_at_ms = clock_now_ms() + CLIENT_PIPE_GRACE_MS;
        return;
    }
    bool had_line = client_pipe_has_line(pipe);
    size_t from = received->length;
    received->length += (size_t)count;
    if (!had_line)
        scan(pipe, from);
}

static void write_output(struct client_pipe *pipe) {
    struct buffer *unsent = &pipe->unsent;
    size_t left = unsent->length - pipe->sent;
    ssize_t written = write(pipe->output, unsent->data + pipe->sent, left < WRITE_BYTES ? left : WRITE_BYTES);
    if (written < 0) {
        pipe->is_unread = errno != EINTR && errno != EAGAIN;
        return;
    }
    pipe->sent += (size_t)written;
    if (pipe->sent == unsent->length) {
        buffer_clear(unsent);
        pipe->sent = 0;
    }
}

static int time_left(const struct client_pipe *pipe, int64_t deadline_ms) {
    if (pipe->has_input_ended && pipe->over_at_ms < deadline_ms)
        deadline_ms = pipe->over_at_ms;
    return clock_left_ms(deadline_ms);
}

/* One poll(2), and the reading and writing that it allows. Is @socket ready? */
static bool poll_once(struct client_pipe *pipe, int socket, short events, int timeout_ms) {
    bool reads = !pipe->has_input_ended && pipe->received.length < INPUT_BYTES_MOST;
    struct pollfd descriptors[] = {
        {.fd = socket, .events = events},
        {.fd = reads ? pipe->input : -1, .events = POLLIN},
        {.fd = pipe->unsent.length ? pipe->output : -1, .events = POLLOUT},
    };
    if (poll(descriptors, sizeof descriptors / sizeof *descriptors, timeout_ms) <= 0)
        return false;
    if (descriptors[1].revents)
        read_input(pipe);
    if (descriptors[2].revents)
        write_output(pipe);
    return descriptors[0].revents != 0;
}

bool client_pipe_wait_socket(struct client_pipe *pipe, int socket, short events, int64_t deadline_ms,
                             bool stops_for_line) {
    for (;;) {
        int left = time_left(pipe, deadline_ms);
        if (poll_once(pipe, socket, events, left))
            return true;
        if (left == 0 || client_pipe_is_over(pipe) || (stops_for_line && client_pipe_has_line(pipe)))
            return false;
    }
}

void client_pipe_wait(struct client_pipe *pipe, int socket, int64_t deadline_ms) {
    poll_once(pipe, socket, POLLIN, time_left(pipe, deadline_ms));
}

void client_pipe_finish(struct client_pipe *pipe) {
    while (pipe->unsent.length && !client_pipe_is_over(pipe))
        poll_once(pipe, -1, 0, time_left(pipe, INT64_MAX));
}
