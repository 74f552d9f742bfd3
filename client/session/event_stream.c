#include "session/event_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "format/json_writer.h"
#include "wire/rpc.h"

enum { RETRY_MS = 100, RETURN_MS = 10000 }; /* ten seconds for a daemon to come back */

static int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* The members of subscribe's parameters. */
static void write_members(struct buffer *members, const struct feed *feed) {
    struct buffer object = {0};
    struct json_writer writer = {.buffer = &object};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "events");
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        if (feed->wants[type])
            json_writer_string(&writer, event_type_name(type));
    json_writer_close_array(&writer);
    if (feed->has_seq)
        json_writer_key_unsigned(&writer, "since", feed->seq);
    if (feed->has_seq && feed->instance[0])
        json_writer_key_string(&writer, "instance", feed->instance);
    json_writer_close_object(&writer);
    buffer_append(members, object.data + 1, object.length - 2); /* without the braces */
    buffer_release(&object);
}

static void remember(struct feed *feed, struct span object) {
    struct span instance = rpc_member(object, "instance"), seq = rpc_member(object, "seq");
    if (instance.length > 2 && instance.length - 2 < sizeof feed->instance)
        snprintf(feed->instance, sizeof feed->instance, "%.*s", (int)instance.length - 2, instance.data + 1);
    if (seq.length)
        feed->seq = strtoull(seq.data, NULL, 10);
    feed->has_seq = true;
}

static enum rpc_outcome subscribe(struct feed *feed, int timeout_ms) {
    struct buffer members = {0};
    struct span result;
    session_init_channel(feed->session, &feed->channel);
    write_members(&members, feed);
    bool is_known = feed->has_seq;
    enum rpc_outcome outcome = rpc_client_call(&feed->channel, "subscribe", buffer_span(&members), timeout_ms, &result);
    if (outcome == RPC_ANSWERED && !is_known)
        remember(feed, result);
    buffer_release(&members);
    return outcome;
}

bool feed_open(struct feed *feed, struct session *session, struct error *error) {
    feed->session = session;
    switch (subscribe(feed, session->settings.config.answer_timeout_ms)) {
    case RPC_ANSWERED:
        return true;
    case RPC_NO_DAEMON:
        error_set(error, ERROR_UNREACHABLE, "there is no daemon of %s", session->settings.root);
        return error_hint(error, "start one: batchctl daemon run, or systemctl --user start batchd");
    case RPC_REJECTED:
        return error_set(error, ERROR_UNREACHABLE, "the daemon refuses: %s", feed->channel.fault.reason);
    case CHANNEL_ABSURD:
        return error_set(error, ERROR_UNREACHABLE, "the daemon on %s sends what is no answer",
                         rpc_client_name(&feed->channel));
    default:
        return error_set(error, ERROR_UNREACHABLE, "the daemon on %s does not answer", rpc_client_name(&feed->channel));
    }
}

void feed_close(struct feed *feed) {
    rpc_client_release(&feed->channel);
}

/* EVENT: there is one again. SILENT: not before the deadline. LOST: it does not come back. */
static enum feed_outcome reconnect(struct feed *feed, int64_t deadline_ms) {
    int64_t given_up_ms = now_ms() + RETURN_MS;
    int64_t end_ms = deadline_ms < given_up_ms ? deadline_ms : given_up_ms;
    for (int64_t left_ms; (left_ms = end_ms - now_ms()) > 0;) {
        int answer_ms = feed->session->settings.config.answer_timeout_ms;
        int most_ms = (int)(left_ms + 1) / 2; /* a call can take twice that, see rpc_client.c */
        rpc_client_release(&feed->channel);
        session_find_again(feed->session);
        if (subscribe(feed, answer_ms < most_ms ? answer_ms : most_ms) == RPC_ANSWERED)
            return FEED_EVENT;
        left_ms = end_ms - now_ms();
        int64_t pause_ms = left_ms < 0 ? 0 : left_ms < RETRY_MS ? left_ms : RETRY_MS;
        nanosleep(&(struct timespec){.tv_nsec = pause_ms * 1000000L}, NULL);
    }
    rpc_client_release(&feed->channel);
    return deadline_ms < given_up_ms ? FEED_SILENT : FEED_LOST;
}

enum feed_outcome feed_next(struct feed *feed, int timeout_ms, struct span *event) {
    int64_t deadline_ms = now_ms() + timeout_ms;
    struct span line;
    for (;;) {
        int64_t left_ms = deadline_ms - now_ms();
        enum rpc_outcome outcome = rpc_client_next_line(&feed->channel, left_ms > 0 ? (int)left_ms : 0, &line);
        if (outcome == RPC_TIMED_OUT)
            return FEED_SILENT;
        if (outcome == CHANNEL_ABSURD)
            return FEED_LOST;
        if (outcome == RPC_DISCONNECTED) {
            enum feed_outcome again = feed->is_impatient ? FEED_LOST : reconnect(feed, deadline_ms);
            if (again != FEED_EVENT)
                return again;
            continue;
        }
        *event = rpc_member(line, "params");
        if (event->length == 0)
            continue;
        remember(feed, *event);
        return FEED_EVENT;
    }
}
