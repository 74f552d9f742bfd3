#include "session/event_source.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_team_feed.h"
#include "format/json_scanner.h"
#include "format/json_writer.h"
#include "session/team.h"
#include "term/terminal.h"
#include "view/claim_changes.h"
#include "wire/rpc.h"

enum {
    RETRY_MS = 100,      /* between two looks for a daemon that was there */
    RETURN_MS = 10000,   /* for it to come back to a workspace that is there */
    RECONNECT_MS = 5000, /* between two looks for another one */
    ANSWER_MS = 200,     /* at least, for one that is there */
    NOTE_MS = 2000,      /* a workspace that is away for longer is worth a note */
    TEAM_MS = 100,       /* between looks at the two sources */
};

/* --- what is wanted --- */

bool event_source_want(struct event_source *source, const char *word, struct error *error) {
    size_t length = strlen(word);
    bool is_found = false;
    const char *names[EVENT_TYPES];
    for (enum event_type type = 0; type < EVENT_TYPES; type++) {
        const char *name = names[type] = event_type_name(type);
        bool is_wanted = strncmp(name, word, length) == 0 && (name[length] == '\0' || name[length] == '.');
        source->wants[type] |= is_wanted;
        is_found |= is_wanted;
    }
    if (is_found)
        return true;
    const char *closest = text_closest(word, names, EVENT_TYPES);
    error_set(error, ERROR_USAGE, "there are no events \"%.100s\"", word);
    return closest ? error_hint(error, "did you mean %s?", closest)
                   : error_hint(error, "\"batchctl help watch\" lists them");
}

void event_source_want_all(struct event_source *source) {
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        source->wants[type] = true;
}

bool event_source_begin_behind(struct event_source *source, const char *cursor) {
    enum { DIGITS_MOST = 19 };
    const char *colon = strrchr(cursor, ':'), *number = colon ? colon + 1 : cursor;
    size_t digits = strspn(number, "0123456789");
    bool is_well = digits && digits <= DIGITS_MOST && number[digits] == '\0' &&
                   (!colon || (size_t)(colon - cursor) < sizeof source->instance);
    if (!is_well)
        return false;
    source->seq = strtoull(number, NULL, 10);
    source->has_seq = true;
    if (colon)
        snprintf(source->instance, sizeof source->instance, "%.*s", (int)(colon - cursor), cursor);
    return true;
}

static void hand_over(const struct event_source *source, struct span event) {
    if (source->take)
        source->take(source->data, event);
}

/* --- the daemon --- */

/* The members of subscribe's parameters. */
static void write_members(struct buffer *members, const struct event_source *source) {
    AUTO(buffer) object = {0};
    struct json_writer writer = {.buffer = &object};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "events");
    for (enum event_type type = 0; type < EVENT_TYPES; type++)
        if (source->wants[type])
            json_writer_string(&writer, event_type_name(type));
    json_writer_close_array(&writer);
    if (source->has_seq)
        json_writer_key_unsigned(&writer, "since", source->seq);
    if (source->has_seq && source->instance[0])
        json_writer_key_string(&writer, "instance", source->instance);
    json_writer_close_object(&writer);
    buffer_append(members, object.data + 1, object.length - 2); /* without the braces */
}

static void remember(struct event_source *source, struct span object) {
    struct span instance = json_scan_member(object, "instance"), seq = json_scan_member(object, "seq");
    if (instance.length > 2 && instance.length - 2 < sizeof source->instance)
        snprintf(source->instance, sizeof source->instance, "%.*s", (int)instance.length - 2, instance.data + 1);
    if (seq.length)
        source->seq = strtoull(seq.data, NULL, 10);
    source->has_seq = true;
}

static enum rpc_outcome subscribe(struct event_source *source, int timeout_ms) {
    AUTO(buffer) members = {0};
    struct span result;
    session_init_channel(source->session, &source->channel);
    write_members(&members, source);
    enum rpc_outcome outcome =
        rpc_client_call(&source->channel, "subscribe", buffer_span(&members), timeout_ms, &result);
    if (outcome != RPC_ANSWERED)
        return outcome;
    if (!source->has_seq)
        remember(source, result);
    source->is_connected = true;
    source->lost_ms = source->away_ms = 0;
    source->has_said_away = false;
    session_trust_daemon(source->session); /* it may be another one than before */
    return outcome;
}

static void hang_up(struct event_source *source, int retry_ms) {
    rpc_client_release(&source->channel);
    source->is_connected = false;
    source->retry_at_ms = source->session->avoids_daemon ? INT64_MAX : clock_now_ms() + retry_ms;
}

bool event_source_open(struct event_source *source, struct session *session, struct error *error) {
    source->session = session;
    enum rpc_outcome outcome =
        session->has_daemon ? subscribe(source, session->settings.config.answer_timeout_ms) : RPC_NO_DAEMON;
    if (outcome == RPC_ANSWERED)
        return true;
    session_fail_call(session, &source->channel, outcome, error);
    if (outcome == RPC_NO_DAEMON)
        error_hint(error, "start one: batchctl daemon run; or as a service: batchctl daemon install");
    hang_up(source, RECONNECT_MS);
    return false;
}

void event_source_close(struct event_source *source) {
    rpc_client_release(&source->channel);
    source->is_connected = false;
}

bool event_source_is_gone(const struct event_source *source) {
    return source->lost_ms && clock_now_ms() - source->lost_ms >= RETURN_MS;
}

/* One that sends what is no event is not waited for. */
static void lose(struct event_source *source, enum rpc_outcome outcome) {
    hang_up(source, 0);
    source->lost_ms = clock_now_ms() - (outcome == RPC_MALFORMED ? RETURN_MS : 0);
}

static bool take_event(struct event_source *source, int timeout_ms) {
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    struct span line, event = {0};
    while (event.length == 0) {
        enum rpc_outcome outcome = rpc_client_next_line(&source->channel, clock_left_ms(deadline_ms), &line);
        if (outcome == RPC_TIMED_OUT)
            return false;
        if (outcome != RPC_ANSWERED) {
            lose(source, outcome);
            return true;
        }
        event = json_scan_member(line, "params");
    }
    remember(source, event);
    hand_over(source, event);
    return true;
}

/* A workspace that is away, as when a branch or a disk is changed, may come back with its daemon whenever it does. */
static void note_absence(struct event_source *source) {
    int64_t now_ms = clock_now_ms();
    if (!source->lost_ms)
        return;
    source->lost_ms = now_ms;
    source->away_ms = source->away_ms ? source->away_ms : now_ms;
    if (source->has_said_away || !source->says_trouble || source->session->is_quiet ||
        now_ms - source->away_ms < NOTE_MS)
        return;
    source->has_said_away = true;
    terminal_say("note: the workspace %s is away; waiting for it to come back", source->session->settings.root);
}

static bool connect_again(struct event_source *source, int left_ms) {
    int answer_ms = source->session->settings.config.answer_timeout_ms;
    int most_ms = left_ms / 2 > ANSWER_MS ? left_ms / 2 : ANSWER_MS; /* a call can take twice that: rpc_client.c */
    if (!session_find_again(source->session))
        note_absence(source);
    else if (subscribe(source, answer_ms < most_ms ? answer_ms : most_ms) == RPC_ANSWERED)
        return true;
    hang_up(source, source->lost_ms && !event_source_is_gone(source) ? RETRY_MS : RECONNECT_MS);
    return false;
}

/* --- the team --- */

static void take_claim(void *data, const struct claim_team_event *found) {
    const struct event_source *source = data;
    struct event event;
    if (!claim_changes_of_team(&event, found) || !source->wants[event.type])
        return;
    AUTO(buffer) text = {0};
    struct json_writer writer = {.buffer = &text};
    event_write(&writer, found->seq, "team", &event);
    hand_over(source, buffer_span(&text));
}

/* Says once that the team's server is not heard, and once that it is again. */
static void say_unheard(struct event_source *source, const struct error *trouble) {
    bool is_unheard = trouble->code != ERROR_NONE;
    if (source->says_trouble && is_unheard != source->has_said_unheard)
        terminal_say("warning: %s", is_unheard ? trouble->message : "team: connected again");
    source->has_said_unheard = is_unheard;
}

static bool wait_for_team(struct event_source *source, int timeout_ms) {
    struct claim_team_feed *feed = &source->session->team->claims.feed;
    feed->take = source->take ? take_claim : NULL;
    feed->data = source;
    bool has_news = claim_team_feed_wait(feed, timeout_ms);
    feed->take = NULL;
    say_unheard(source, &feed->trouble);
    return has_news;
}

/* --- both --- */

static int least(int a, int b) {
    return a < b ? a : b;
}

/* Waits for one source at a time. True if there is something new. */
static bool wait_once(struct event_source *source, int left_ms) {
    bool has_team = source->session->team && !source->avoids_team;
    int retry_ms = clock_left_ms(source->retry_at_ms);
    int team_ms = least(left_ms, source->is_connected ? TEAM_MS : retry_ms);
    if (has_team && wait_for_team(source, team_ms))
        return true;
    if (source->is_connected)
        return take_event(source, has_team ? 0 : left_ms);
    if (retry_ms == 0)
        return connect_again(source, left_ms);
    if (!has_team)
        clock_sleep_ms(least(left_ms, retry_ms));
    return false;
}

bool event_source_wait(struct event_source *source, int timeout_ms) {
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    for (;;) {
        int left_ms = clock_left_ms(deadline_ms);
        if (wait_once(source, left_ms))
            return true;
        if (left_ms == 0)
            return false;
    }
}
