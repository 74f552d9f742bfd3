#include "net/connection.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "wire/rpc.h"

enum {
    READ_TIMEOUT_MS = 10000,  /* to finish a line that has begun */
    WRITE_TIMEOUT_MS = 30000, /* to take some of what is written */
    IDLE_TIMEOUT_MS = 60000,  /* between requests */
    READ_AHEAD_BYTES = 65536,
};

void connection_hold(struct connection *connection) {
    connection->references++;
}

void connection_release(struct connection *connection) {
    if (--connection->references)
        return;
    buffer_release(&connection->in);
    memory_free(connection);
}

static void on_closed(uv_handle_t *handle) {
    struct connection *connection = handle->data;
    connection->owner->forget(connection->owner, connection);
    connection_release(connection);
}

void connection_close(struct connection *connection) {
    if (connection->is_closing)
        return;
    connection->is_closing = true;
    connection->owner->lost(connection->owner->data, connection);
    uv_close((uv_handle_t *)&connection->pipe, on_closed);
}

/* --- writing --- */

struct writing {
    uv_write_t request;
    struct connection *connection;
    struct buffer text;
    bool is_reply, is_last;
};

static void take_lines(struct connection *connection);

static void finish_writing(struct connection *connection, bool is_reply, bool is_last) {
    connection->active_ms = uv_now(connection->pipe.loop);
    if (is_last) {
        connection_close(connection);
        return;
    }
    connection->is_busy &= !is_reply;
    if (is_reply || connection->has_ended)
        take_lines(connection);
    if (!connection->is_closing)
        connection->owner->drained(connection->owner->data, connection);
}

static void on_written(uv_write_t *request, int status) {
    struct writing *writing = request->data;
    struct connection *connection = writing->connection;
    connection->unsent -= writing->text.length;
    connection->owner->unsent -= writing->text.length;
    buffer_release(&writing->text);
    if (status == 0 && !connection->is_closing)
        finish_writing(connection, writing->is_reply, writing->is_last);
    else
        connection_close(connection);
    connection_release(connection);
    memory_free(writing);
}

/* What the socket takes at once is not queued. Takes @text. */
static void start_writing(struct connection *connection, struct buffer *text, bool is_reply, bool is_last) {
    uv_stream_t *stream = (uv_stream_t *)&connection->pipe;
    uv_buf_t part = uv_buf_init(text->data, (unsigned)text->length);
    int sent = connection->unsent || connection->is_closing ? UV_EAGAIN : uv_try_write(stream, &part, 1);
    if (connection->is_closing || (sent < 0 && sent != UV_EAGAIN)) {
        connection_close(connection);
        buffer_release(text);
        return;
    }
    if (sent == (int)text->length) {
        buffer_release(text);
        finish_writing(connection, is_reply, is_last);
        return;
    }
    struct writing *writing = memory_allocate(1, sizeof *writing);
    *writing = (struct writing){.connection = connection, .text = *text, .is_reply = is_reply, .is_last = is_last};
    *text = (struct buffer){0};
    size_t done = sent > 0 ? (size_t)sent : 0;
    part = uv_buf_init(writing->text.data + done, (unsigned)(writing->text.length - done));
    writing->request.data = writing;
    connection->unsent += writing->text.length;
    connection->owner->unsent += writing->text.length;
    connection_hold(connection);
    if (uv_write(&writing->request, stream, &part, 1, on_written))
        on_written(&writing->request, UV_EPIPE);
}

void connection_write(struct connection *connection, struct buffer *text) {
    start_writing(connection, text, false, false);
}

void connection_reply(struct connection *connection, struct buffer *reply) {
    if (reply->length) {
        start_writing(connection, reply, true, false);
        return;
    }
    connection->is_busy = false;
    take_lines(connection);
    if (!connection->is_closing)
        connection->owner->drained(connection->owner->data, connection);
}

void connection_reply_last(struct connection *connection, struct buffer *reply) {
    uv_read_stop((uv_stream_t *)&connection->pipe);
    start_writing(connection, reply, true, true);
}

static void refuse(struct connection *connection, enum rpc_code code, const char *reason) {
    struct buffer reply = {0};
    struct rpc_fault fault = {.code = code};
    memcpy(fault.reason, reason, strlen(reason) + 1);
    rpc_write_fault(&reply, (struct span){0}, &fault);
    connection_reply_last(connection, &reply);
}

/* --- reading --- */

static bool next_line(struct connection *connection, struct span *rest, struct span *line) {
    const char *end = rest->length > connection->searched
                          ? memchr(rest->data + connection->searched, '\n', rest->length - connection->searched)
                          : NULL;
    connection->searched = end ? 0 : rest->length;
    if (!end)
        return false;
    *line = (struct span){rest->data, (size_t)(end - rest->data)};
    *rest = span_skip(*rest, line->length + 1);
    return true;
}

static void set_rest(struct connection *connection, size_t taken) {
    struct buffer *in = &connection->in;
    connection->owner->received -= taken;
    if (taken == in->length) {
        buffer_release(in); /* most peers ask once */
        return;
    }
    memmove(in->data, in->data + taken, in->length - taken);
    buffer_truncate(in, in->length - taken);
}

static void refuse_line(struct connection *connection) {
    char reason[64];
    snprintf(reason, sizeof reason, "a line of more than %d MiB", RPC_LINE_BYTES_MOST >> 20);
    refuse(connection, RPC_INVALID_REQUEST, reason);
}

/* Deals with the lines that are there, until one has to wait. Answers that come at once do not recurse. */
static void take_lines(struct connection *connection) {
    struct connection_owner *owner = connection->owner;
    struct span rest = buffer_span(&connection->in), line;
    if (connection->is_taking)
        return;
    connection->is_taking = true;
    while (!connection->is_busy && !connection->is_closing && next_line(connection, &rest, &line)) {
        connection->is_busy = true;
        if (line.length > RPC_LINE_BYTES_MOST)
            refuse_line(connection);
        else
            owner->handle(owner->data, connection, line);
    }
    connection->is_taking = false;
    set_rest(connection, connection->in.length - rest.length);
    if (!connection->is_busy && !connection->is_closing && connection->in.length > RPC_LINE_BYTES_MOST) {
        connection->is_busy = true;
        refuse_line(connection);
    }
    if (connection->has_ended && !connection->is_busy && !connection->unsent)
        connection_close(connection);
    if (!connection->is_closing && !connection->has_ended && connection->in.length <= RPC_LINE_BYTES_MOST)
        connection_start(connection);
}

/* One for all: on_read has copied what is in it before the loop reads again. */
static void on_room_wanted(uv_handle_t *handle, size_t suggested, uv_buf_t *room) {
    static char part[65536];
    (void)handle;
    (void)suggested;
    *room = uv_buf_init(part, sizeof part);
}

static void on_read(uv_stream_t *stream, ssize_t got, const uv_buf_t *part) {
    struct connection *connection = stream->data;
    struct connection_owner *owner = connection->owner;
    if (got == 0)
        return;
    if (got == UV_EOF) {
        connection->has_ended = true;
        uv_read_stop(stream);
        take_lines(connection);
        return;
    }
    if (got < 0) {
        connection_close(connection);
        return;
    }
    if (connection->in.length == 0 &&
        !connection->unsent) /* a line has time from its first byte on, not from its last */
        connection->active_ms = uv_now(stream->loop);
    buffer_append(&connection->in, part->base, (size_t)got);
    owner->received += (size_t)got;
    if (connection->in.length > RPC_LINE_BYTES_MOST + READ_AHEAD_BYTES)
        uv_read_stop(stream);
    if (owner->received > CONNECTION_RECEIVED_BYTES_MOST) {
        connection->is_busy = true;
        refuse(connection, RPC_BUSY, "too much is being sent at once");
        return;
    }
    take_lines(connection);
}

void connection_start(struct connection *connection) {
    uv_read_start((uv_stream_t *)&connection->pipe, on_room_wanted, on_read);
}

/* Has the client been idle for too long? */
static bool is_over(const struct connection *connection, uint64_t idle_ms) {
    if (connection->unsent)
        return idle_ms > WRITE_TIMEOUT_MS;
    if (connection->is_busy) /* it waits for us */
        return false;
    if (connection->in.length)
        return idle_ms > READ_TIMEOUT_MS;
    return idle_ms > IDLE_TIMEOUT_MS && !connection->is_subscribed;
}

void connection_check(struct connection *connection, uint64_t now_ms) {
    size_t queued = uv_stream_get_write_queue_size((const uv_stream_t *)&connection->pipe);
    if (queued < connection->queued) /* some was taken */
        connection->active_ms = now_ms;
    connection->queued = queued;
    if (is_over(connection, now_ms - connection->active_ms))
        connection_close(connection);
}
