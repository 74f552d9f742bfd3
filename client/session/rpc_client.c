#include "session/rpc_client.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "api/methods.h"
#include "base/auto.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/json_scanner.h"
#include "render/style.h"
#include "session/daemon_socket.h"
#include "wire/reply_wire.h"
#include "wire/request_wire.h"

void rpc_client_init(struct rpc_client *channel, struct socket_paths *addresses, const struct rpc_root *root) {
    *channel = (struct rpc_client){.descriptor = -1, .addresses = *addresses, .root = *root};
    *addresses = (struct socket_paths){0};
}

static void hang_up(struct rpc_client *channel) {
    if (channel->descriptor >= 0)
        close(channel->descriptor);
    channel->descriptor = -1;
    buffer_release(&channel->received);
    channel->taken = 0;
    channel->intake = (struct intake){0};
}

void rpc_client_release(struct rpc_client *channel) {
    hang_up(channel);
    socket_paths_release(&channel->addresses);
    *channel = (struct rpc_client){.descriptor = -1};
}

const char *rpc_client_name(const struct rpc_client *channel) {
    return channel->next_address ? channel->addresses.names[channel->next_address - 1] : NULL;
}

void rpc_client_explain(const struct rpc_client *channel, enum rpc_outcome outcome, int timeout_ms,
                        struct buffer *text) {
    switch (outcome) {
    case RPC_REJECTED:
        buffer_append_string(text, "refuses: ");
        text_append_visible(text, span_of(channel->fault.reason));
        break;
    case RPC_TIMED_OUT:
        buffer_append_format(text, "has not answered for %d ms", timeout_ms);
        break;
    case RPC_MALFORMED:
        buffer_append_string(text, "sends what is no answer");
        break;
    case RPC_DISCONNECTED:
        buffer_append_string(text, "went away without an answer");
        break;
    case RPC_ANSWERED:
    case RPC_NO_DAEMON:
        break;
    }
}

/* --- bytes, before a deadline --- */

/* A stopped daemon whose queue of connections is full must not hold us. */
static enum rpc_outcome connect_to(struct rpc_client *channel, const char *name) {
    channel->descriptor = daemon_socket_connect(name, &channel->process);
    return channel->descriptor >= 0 ? RPC_ANSWERED : errno == EAGAIN ? RPC_TIMED_OUT : RPC_NO_DAEMON;
}

static enum rpc_outcome send_all(struct rpc_client *channel, struct span text, int64_t deadline_ms) {
    while (text.length) {
        ssize_t sent = send(channel->descriptor, text.data, text.length, MSG_NOSIGNAL);
        if (sent >= 0)
            text = span_skip(text, (size_t)sent);
        else if (errno == EAGAIN && !clock_wait_for(channel->descriptor, POLLOUT, deadline_ms))
            return RPC_TIMED_OUT;
        else if (errno != EAGAIN && errno != EINTR)
            return RPC_DISCONNECTED;
    }
    return RPC_ANSWERED;
}

/* Hands out the line whose end is among the last bytes received, at @searched or behind it. */
static bool take_line(struct rpc_client *channel, size_t searched, struct span *line) {
    const struct buffer *received = &channel->received;
    const char *end =
        searched < received->length ? memchr(received->data + searched, '\n', received->length - searched) : NULL;
    if (!end)
        return false;
    *line = (struct span){received->data + channel->taken, (size_t)(end - received->data) - channel->taken};
    channel->taken += line->length + 1;
    channel->intake = (struct intake){0};
    return true;
}

/* What has been received and not been handed out begins the next line. */
static void drop_taken(struct rpc_client *channel) {
    struct buffer *received = &channel->received;
    if (channel->taken == 0)
        return;
    memmove(received->data, received->data + channel->taken, received->length - channel->taken);
    buffer_truncate(received, received->length - channel->taken);
    channel->taken = 0;
}

/* What was received from @start on: a line, part of one, or nothing that could become one. */
static enum rpc_outcome take(struct rpc_client *channel, size_t start, size_t most, struct span *line) {
    if (!intake_take(&channel->intake, span_skip(buffer_span(&channel->received), start), most)) {
        hang_up(channel);
        return RPC_MALFORMED;
    }
    return take_line(channel, start, line) ? RPC_ANSWERED : RPC_TIMED_OUT;
}

static enum rpc_outcome next_line(struct rpc_client *channel, int64_t deadline_ms, size_t most, struct span *line) {
    enum { PART_BYTES = 16384 };
    bool is_behind = channel->taken > 0; /* what is left has not been looked at since the line before was taken */
    drop_taken(channel);
    enum rpc_outcome outcome = is_behind ? take(channel, 0, most, line) : RPC_TIMED_OUT;
    while (outcome == RPC_TIMED_OUT) {
        struct buffer *received = &channel->received;
        buffer_reserve(received, PART_BYTES);
        size_t start = received->length;
        ssize_t got = recv(channel->descriptor, received->data + start, PART_BYTES, 0);
        if (got > 0) {
            received->length += (size_t)got;
            received->data[received->length] = '\0';
            outcome = take(channel, start, most, line);
        } else if (got == 0 || (errno != EAGAIN && errno != EINTR)) {
            return RPC_DISCONNECTED;
        }
        bool is_late =
            got > 0 ? clock_now_ms() > deadline_ms : !clock_wait_for(channel->descriptor, POLLIN, deadline_ms);
        if (outcome == RPC_TIMED_OUT && is_late)
            return RPC_TIMED_OUT;
    }
    return outcome;
}

enum rpc_outcome rpc_client_next_line(struct rpc_client *channel, int timeout_ms, struct span *line) {
    return next_line(channel, clock_now_ms() + timeout_ms, INTAKE_EVENT_BYTES_MOST, line);
}

/* --- a request and its answer --- */

/* A client that is rejected at once may not get to send everything, but receives the reason. */
static enum rpc_outcome send_and_take(struct rpc_client *channel, struct span text, int timeout_ms, struct span *line) {
    enum rpc_outcome outcome = send_all(channel, text, clock_now_ms() + timeout_ms);
    return outcome == RPC_TIMED_OUT ? outcome
                                    : next_line(channel, clock_now_ms() + timeout_ms, INTAKE_REPLY_BYTES_MOST, line);
}

/* Over the connection there is. The daemon closes those that are silent for long; then it is made anew, once. */
static enum rpc_outcome exchange_again(struct rpc_client *channel, struct span text, bool is_repeatable, int timeout_ms,
                                       struct span *line) {
    enum rpc_outcome outcome = send_and_take(channel, text, timeout_ms, line);
    if (outcome != RPC_DISCONNECTED || !is_repeatable || channel->received.length > channel->taken)
        return outcome;
    hang_up(channel);
    outcome = connect_to(channel, rpc_client_name(channel));
    return outcome == RPC_ANSWERED    ? send_and_take(channel, text, timeout_ms, line)
           : outcome == RPC_NO_DAEMON ? RPC_DISCONNECTED
                                      : outcome;
}

static bool is_of_other_root(struct rpc_client *channel, struct span line) {
    return rpc_read_fault(line, &channel->fault) && channel->fault.code == RPC_OTHER_ROOT;
}

/*
 * Sends the text and takes the reply's line. Where there is no connection yet, each address is tried in turn: one that
 * does not answer may be another root's, and is only reported if no other one answers. All that takes two timeouts at
 * most.
 */
static enum rpc_outcome exchange(struct rpc_client *channel, struct span text, bool is_repeatable, int timeout_ms,
                                 struct span *line) {
    enum rpc_outcome trouble = RPC_NO_DAEMON;
    size_t troubled_address = 0;
    if (channel->descriptor >= 0)
        return exchange_again(channel, text, is_repeatable, timeout_ms, line);
    int64_t deadline_ms = clock_now_ms() + 2 * (int64_t)timeout_ms;
    while (channel->next_address < channel->addresses.count) {
        int64_t left_ms = deadline_ms - clock_now_ms();
        if (trouble != RPC_NO_DAEMON && left_ms <= 0)
            break;
        enum rpc_outcome tried = connect_to(channel, channel->addresses.names[channel->next_address++]);
        if (tried == RPC_ANSWERED)
            tried = send_and_take(channel, text, left_ms < timeout_ms ? (int)left_ms : timeout_ms, line);
        bool is_last =
            tried == RPC_ANSWERED ? !is_of_other_root(channel, *line) : tried != RPC_NO_DAEMON && !is_repeatable;
        if (is_last)
            return tried;
        hang_up(channel);
        if (trouble != RPC_NO_DAEMON || tried == RPC_NO_DAEMON || tried == RPC_ANSWERED)
            continue;
        trouble = tried;
        troubled_address = channel->next_address;
    }
    if (trouble != RPC_NO_DAEMON)
        channel->next_address = troubled_address;
    return trouble;
}

/* The next @count bytes, which are no line. */
static enum rpc_outcome receive(struct rpc_client *channel, struct buffer *bytes, size_t count, int64_t deadline_ms) {
    enum { PART_BYTES = 1 << 20 };
    size_t waiting = channel->received.length - channel->taken, ready = waiting < count ? waiting : count;
    buffer_append(bytes, channel->received.data + channel->taken, ready);
    channel->taken += ready;
    while (bytes->length < count) {
        size_t left = count - bytes->length, part = left < PART_BYTES ? left : PART_BYTES;
        buffer_reserve(bytes, part);
        ssize_t got = recv(channel->descriptor, bytes->data + bytes->length, part, 0);
        if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
            return RPC_DISCONNECTED;
        bytes->length += got > 0 ? (size_t)got : 0;
        bytes->data[bytes->length] = '\0';
        if (got < 0 && !clock_wait_for(channel->descriptor, POLLIN, deadline_ms))
            return RPC_TIMED_OUT;
    }
    return RPC_ANSWERED;
}

/* A reply is whole, or there is none. */
static enum rpc_outcome read_reply(struct rpc_client *channel, struct span line, int timeout_ms, struct reply *reply) {
    struct reply_sizes sizes;
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    enum rpc_outcome outcome = RPC_ANSWERED;
    if (rpc_read_fault(line, &channel->fault))
        outcome = RPC_REJECTED;
    else if (!reply_wire_read(line, reply, &sizes))
        outcome = RPC_MALFORMED;
    if (outcome == RPC_ANSWERED)
        outcome = receive(channel, &reply->output, sizes.output, deadline_ms);
    if (outcome == RPC_ANSWERED)
        outcome = receive(channel, &reply->errors, sizes.errors, deadline_ms);
    if (outcome == RPC_ANSWERED)
        return outcome;
    hang_up(channel);
    reply_release(reply);
    return outcome;
}

enum rpc_outcome rpc_client_exchange(struct rpc_client *channel, const struct request *request, int timeout_ms,
                                     struct span *line) {
    AUTO(buffer) text = {0};
    rpc_write_request(&text, ++channel->last_id, request, &channel->root);
    return exchange(channel, buffer_span(&text), !request_is_write(request), timeout_ms, line);
}

enum rpc_outcome rpc_client_ask(struct rpc_client *channel, const struct request *request, int timeout_ms,
                                struct reply *reply) {
    struct span line = {0};
    *reply = (struct reply){0};
    enum rpc_outcome outcome = rpc_client_exchange(channel, request, timeout_ms, &line);
    return outcome == RPC_ANSWERED ? read_reply(channel, line, timeout_ms, reply) : outcome;
}

enum rpc_outcome rpc_client_wait(struct rpc_client *channel, int timeout_ms, struct reply *reply) {
    struct span line;
    enum rpc_outcome outcome = next_line(channel, clock_now_ms() + timeout_ms, INTAKE_REPLY_BYTES_MOST, &line);
    return outcome == RPC_ANSWERED ? read_reply(channel, line, timeout_ms, reply) : outcome;
}

enum rpc_outcome rpc_client_call(struct rpc_client *channel, const char *method, struct span members, int timeout_ms,
                                 struct span *result) {
    AUTO(buffer) text = {0};
    struct span line = {0};
    rpc_write_call(&text, ++channel->last_id, method, members, &channel->root);
    enum rpc_outcome outcome = exchange(channel, buffer_span(&text), true, timeout_ms, &line);
    if (outcome != RPC_ANSWERED)
        return outcome;
    *result = json_scan_member(line, "result");
    if (result->length)
        return RPC_ANSWERED;
    rpc_read_fault(line, &channel->fault);
    hang_up(channel);
    return channel->fault.code ? RPC_REJECTED : RPC_MALFORMED;
}
