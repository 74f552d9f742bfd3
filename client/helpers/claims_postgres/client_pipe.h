/*
 * The pipe to the client: its lines on standard input, ours on standard output. Every wait of the program is made here,
 * so that while it waits for a server it notices that the client has gone, and writes what the client has not read yet.
 *
 * When the client has closed standard input, CLIENT_PIPE_GRACE_MS are left for the requests that it has sent.
 */
#ifndef BATCHD_CLIENT_PIPE_H
#define BATCHD_CLIENT_PIPE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum {
    CLIENT_PIPE_LINE_BYTES_MOST = 1 << 20,   /* a line, in each direction */
    CLIENT_PIPE_OUTPUT_BYTES_MOST = 1 << 20, /* unread by the client: no further request or event is looked at */
    CLIENT_PIPE_GRACE_MS = 700,
};

struct client_pipe {
    int input, output; /* borrowed */
    struct buffer received, unsent;
    size_t scanned; /* of received: bytes without a newline */
    size_t sent;    /* of unsent */
    bool has_input_ended;
    bool is_too_long;   /* a line of the client */
    bool is_unread;     /* the client has closed its end */
    int64_t over_at_ms; /* once the input has ended */
};
void client_pipe_release(struct client_pipe *pipe);

/* No answer can reach the client any more. */
bool client_pipe_is_over(const struct client_pipe *pipe);
bool client_pipe_has_line(const struct client_pipe *pipe);
/* Moves the next line, without its newline, to @line. False if none is complete. */
bool client_pipe_take_line(struct client_pipe *pipe, struct buffer *line);
/* The client reads slower than this program writes. */
bool client_pipe_is_full(const struct client_pipe *pipe);
/* @line without a newline; sent by the next waits. */
void client_pipe_write(struct client_pipe *pipe, struct span line);

/*
 * Wait until @socket has one of the poll(2) @events. False if clock_now_ms() is @deadline_ms before that, or the pipe
 * is over, or, with @stops_for_line, a line is there.
 */
bool client_pipe_wait_socket(struct client_pipe *pipe, int socket, short events, int64_t deadline_ms,
                             bool stops_for_line);
/* Wait until anything has happened: on @socket, which may be -1, or with the client. */
void client_pipe_wait(struct client_pipe *pipe, int socket, int64_t deadline_ms);
/* Send what is unsent, as long as the client reads it and the pipe is not over. */
void client_pipe_finish(struct client_pipe *pipe);

#endif
