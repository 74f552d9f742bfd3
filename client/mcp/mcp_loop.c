#include "mcp/mcp_loop.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "mcp/mcp_server.h"
#include "term/terminal.h"

enum {
    PART_BYTES = 65536,
    WRITE_BYTES = PIPE_BUF,  /* so many can be written to a pipe that is ready without blocking (pipe(7)) */
    BACKLOG_BYTES = 1 << 20, /* unsent; then no more requests are read */
    FLUSH_MS = 500,          /* for the client to read what is left at the end */
};

enum place { PLACE_INPUT, PLACE_OUTPUT, PLACE_SIGNALS, PLACE_CALLS };

struct loop {
    struct mcp_server server;
    int signals;
    size_t sent; /* of server.out */
    bool has_ended;
    int64_t end_ms; /* when it has: at the latest */
};

static int open_signals(void) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN); /* a client that has gone is the end of the output */
    return signalfd(-1, &set, SFD_CLOEXEC);
}

static size_t unsent(const struct loop *loop) {
    return loop->server.out.length - loop->sent;
}

static void end(struct loop *loop) {
    if (!loop->has_ended)
        loop->end_ms = clock_now_ms() + FLUSH_MS;
    loop->has_ended = true;
}

static void read_input(struct loop *loop) {
    char part[PART_BYTES];
    ssize_t got = read(STDIN_FILENO, part, sizeof part);
    if (got > 0)
        mcp_server_take(&loop->server, (struct span){part, (size_t)got});
    else if (got == 0 || (errno != EINTR && errno != EAGAIN))
        end(loop);
}

static void write_output(struct loop *loop) {
    struct buffer *out = &loop->server.out;
    size_t count = unsent(loop) < WRITE_BYTES ? unsent(loop) : WRITE_BYTES;
    ssize_t written = write(STDOUT_FILENO, out->data + loop->sent, count);
    if (written > 0)
        loop->sent += (size_t)written;
    else if (written < 0 && errno != EINTR && errno != EAGAIN) { /* nothing can be said any more */
        loop->sent = out->length;
        end(loop);
    }
    if (loop->sent == out->length) {
        buffer_clear(out);
        loop->sent = 0;
    }
}

static int timeout_of(const struct loop *loop) {
    int64_t due_ms = loop->has_ended ? loop->end_ms : mcp_server_due_ms(&loop->server);
    return due_ms == INT64_MAX ? -1 : clock_left_ms(due_ms);
}

static void run_calls(struct loop *loop, const struct pollfd *places) {
    bool is_readable[MCP_CALLS_MOST] = {false};
    for (size_t i = 0; i < loop->server.call_count; i++)
        is_readable[i] = places[i].revents;
    mcp_server_run(&loop->server, is_readable);
}

/* At its end calls that wait get no answer, and what has been answered is still sent. */
static void step(struct loop *loop) {
    struct mcp_server *server = &loop->server;
    size_t calls = loop->has_ended ? 0 : server->call_count;
    bool is_reading = !loop->has_ended && unsent(loop) < BACKLOG_BYTES;
    struct pollfd places[PLACE_CALLS + MCP_CALLS_MOST] = {
        [PLACE_INPUT] = {.fd = is_reading ? STDIN_FILENO : -1, .events = POLLIN},
        [PLACE_OUTPUT] = {.fd = unsent(loop) ? STDOUT_FILENO : -1, .events = POLLOUT},
        [PLACE_SIGNALS] = {.fd = loop->signals, .events = POLLIN},
    };
    for (size_t i = 0; i < calls; i++)
        places[PLACE_CALLS + i] = (struct pollfd){.fd = server->calls[i]->descriptor, .events = POLLIN};
    if (poll(places, PLACE_CALLS + calls, timeout_of(loop)) < 0)
        return;
    if (places[PLACE_SIGNALS].revents)
        end(loop);
    if (places[PLACE_OUTPUT].revents)
        write_output(loop);
    if (calls)
        run_calls(loop, places + PLACE_CALLS);
    if (places[PLACE_INPUT].revents && !loop->has_ended)
        read_input(loop);
}

static void explain_to_people(void) {
    if (isatty(STDIN_FILENO))
        terminal_say("batchctl mcp speaks the Model Context Protocol with a program, not with people. To register it: "
                     "batchctl mcp --print-config claude. Ctrl-D ends it.");
}

int mcp_loop_run(struct options *options) {
    struct loop loop = {.signals = open_signals()};
    explain_to_people();
    mcp_server_init(&loop.server, options);
    while (!loop.has_ended || (unsent(&loop) && clock_now_ms() < loop.end_ms))
        step(&loop);
    mcp_server_release(&loop.server);
    close(loop.signals);
    return 0;
}
