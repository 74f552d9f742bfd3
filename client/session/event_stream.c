#include "session/event_stream.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "format/json_scanner.h"
#include "format/json_writer.h"
#include "term/terminal.h"
#include "wire/rpc.h"

enum {
    RETRY_MS = 100,
    RETURN_MS = 10000, /* for a daemon to come back to a workspace that is there */
    NOTE_MS = 2000,    /* a workspace that is away for longer is worth a note */
};

/* --- what is wanted --- */

bool event_stream_want(struct event_stream *stream, const char *word, struct error *error) {
    size_t length = strlen(word);
    bool is_found = false;
    const char *names[EVENT_TYPES];
    for (enum event_type type = 0; type < EVENT_TYPES; type++) {
        const char *name = names[type] = event_type_name(type);
        bool is_wanted = strncmp(name, word, length) == 0 && (name[length] == '\0' || name[length] == '.');
        stream->wants[type] |= is_wanted;
        is_found |= is_wanted;
    }
    if (is_found)
        return true;
    const char *closest = text_closest(word, names, EVENT_TYPES);
    error_set(error, ERROR_USAGE, "there are no events \"%.100s\"", word);
    return closest ? error_hint(error, "did you mean %s?", closest)
                   : error_hint(error, "\"batchctl help watch\" lists them");
}

bool event_stream_begin_behind(struct event_stream *stream, const char *cursor) {
    enum { DIGITS_MOST = 19 };
    const char *colon = strrchr(cursor, ':'), *number = colon ? colon + 1 : cursor;
    size_t digits = strspn(number, "0123456789");
    bool is_well = digits && digits <= DIGITS_MOST && number[digits] == '\0' &&
                   (!colon || (size_t)(colon - cursor) < sizeof stream->instance);
    if (!is_well)
        return false;
    stream->seq = strtoull(number, NULL, 10);
    stream->has_seq = true;
    if (colon)
        snprintf(stream->instance, sizeof stream->instance, "%.*s", (int)(colon - cursor), cursor);
    return true;
}

/* --- the connection --- */

/* The members of subscribe's parameters. */
static void write_members(struct buffer *members, const struct event_stream *stream) {
    AUTO(buffer) object = {0};
    struct json_writer writer = {.buffer = &object};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "events");
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        if (stream->wants[type])
            json_writer_string(&writer, event_type_name(type));
    json_writer_close_array(&writer);
    if (stream->has_seq)
        json_writer_key_unsigned(&writer, "since", stream->seq);
    if (stream->has_seq && stream->instance[0])
        json_writer_key_string(&writer, "instance", stream->instance);
    json_writer_close_object(&writer);
    buffer_append(members, object.data + 1, object.length - 2); /* without the braces */
}

static void remember(struct event_stream *stream, struct span object) {
    struct span instance = json_scan_member(object, "instance"), seq = json_scan_member(object, "seq");
    if (instance.length > 2 && instance.length - 2 < sizeof stream->instance)
        snprintf(stream->instance, sizeof stream->instance, "%.*s", (int)instance.length - 2, instance.data + 1);
    if (seq.length)
        stream->seq = strtoull(seq.data, NULL, 10);
    stream->has_seq = true;
}

static enum rpc_outcome subscribe(struct event_stream *stream, int timeout_ms) {
    AUTO(buffer) members = {0};
    struct span result;
    session_init_channel(stream->session, &stream->channel);
    write_members(&members, stream);
    bool is_known = stream->has_seq;
    enum rpc_outcome outcome =
        rpc_client_call(&stream->channel, "subscribe", buffer_span(&members), timeout_ms, &result);
    if (outcome == RPC_ANSWERED && !is_known)
        remember(stream, result);
    return outcome;
}

bool event_stream_open(struct event_stream *stream, struct session *session, struct error *error) {
    int timeout_ms = session->settings.config.answer_timeout_ms;
    AUTO(buffer) trouble = {0};
    stream->session = session;
    enum rpc_outcome outcome = subscribe(stream, timeout_ms);
    if (outcome == RPC_ANSWERED)
        return true;
    if (outcome == RPC_NO_DAEMON) {
        error_set(error, ERROR_UNREACHABLE, "there is no daemon of %s", session->settings.root);
        return error_hint(error, "start one: batchctl daemon run; or as a service: batchctl daemon install");
    }
    rpc_client_explain(&stream->channel, outcome, timeout_ms, &trouble);
    return error_set(error, ERROR_UNREACHABLE, "the daemon on %s %s", rpc_client_name(&stream->channel), trouble.data);
}

void event_stream_close(struct event_stream *stream) {
    rpc_client_release(&stream->channel);
}

static void note_absence(struct event_stream *stream) {
    if (stream->says_absence && !stream->session->is_quiet)
        terminal_say("note: the workspace %s is away; waiting for it to come back", stream->session->settings.root);
}

/* EVENT: there is one again. TIMED_OUT: not before the deadline. DISCONNECTED: it does not come back. */
static enum event_stream_outcome reconnect(struct event_stream *stream, int64_t deadline_ms) {
    const int64_t begun_ms = clock_now_ms();
    int64_t give_up_ms = begun_ms + RETURN_MS;
    bool is_noted = false;
    for (int64_t left_ms; (left_ms = deadline_ms - clock_now_ms()) > 0 && clock_now_ms() < give_up_ms;) {
        int answer_ms = stream->session->settings.config.answer_timeout_ms;
        int most_ms = (int)(left_ms + 1) / 2; /* a call can take twice that, see rpc_client.c */
        rpc_client_release(&stream->channel);
        if (!session_find_again(stream->session)) {
            give_up_ms = clock_now_ms() + RETURN_MS;
            if (!is_noted && clock_now_ms() - begun_ms >= NOTE_MS)
                note_absence(stream);
            is_noted |= clock_now_ms() - begun_ms >= NOTE_MS;
        } else if (subscribe(stream, answer_ms < most_ms ? answer_ms : most_ms) == RPC_ANSWERED) {
            return EVENT_STREAM_EVENT;
        }
        left_ms = deadline_ms - clock_now_ms();
        int64_t pause_ms = left_ms < 0 ? 0 : left_ms < RETRY_MS ? left_ms : RETRY_MS;
        nanosleep(&(struct timespec){.tv_nsec = pause_ms * 1000000L}, NULL);
    }
    rpc_client_release(&stream->channel);
    return clock_now_ms() < give_up_ms ? EVENT_STREAM_TIMED_OUT : EVENT_STREAM_DISCONNECTED;
}

enum event_stream_outcome event_stream_next(struct event_stream *stream, int timeout_ms, struct span *event) {
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    struct span line;
    for (;;) {
        int64_t left_ms = deadline_ms - clock_now_ms();
        enum rpc_outcome outcome = rpc_client_next_line(&stream->channel, left_ms > 0 ? (int)left_ms : 0, &line);
        if (outcome == RPC_TIMED_OUT)
            return EVENT_STREAM_TIMED_OUT;
        if (outcome == RPC_MALFORMED)
            return EVENT_STREAM_DISCONNECTED;
        if (outcome == RPC_DISCONNECTED) {
            enum event_stream_outcome again =
                stream->is_impatient ? EVENT_STREAM_DISCONNECTED : reconnect(stream, deadline_ms);
            if (again != EVENT_STREAM_EVENT)
                return again;
            continue;
        }
        *event = json_scan_member(line, "params");
        if (event->length == 0)
            continue;
        remember(stream, *event);
        return EVENT_STREAM_EVENT;
    }
}
