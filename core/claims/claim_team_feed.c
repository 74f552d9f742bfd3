#include "claims/claim_team_feed.h"

#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_clock.h"
#include "claims/claim_helper.h"
#include "claims/claim_team_request.h"
#include "claims/claim_team_wire.h"
#include "format/json.h"
#include "format/json_writer.h"

enum { LOOK_AGAIN_MS = 2000 }; /* where there are no events, and after a refusal */

void claim_team_feed_release(struct claim_team_feed *feed) {
    if (feed->link)
        feed->link->helper.unasked = NULL;
    buffer_release(&feed->mark);
    error_release(&feed->trouble);
    *feed = (struct claim_team_feed){0};
}

bool claim_team_feed_follows(const struct claim_team_feed *feed) {
    const struct claim_team_link *link = feed->link;
    return feed->greeting && feed->greeting == link->greeting && link->is_greeted && claim_helper_runs(&link->helper);
}

static void note_place(struct claim_team_feed *feed, const cJSON *event) {
    const char *mark = json_get_string(event, "mark");
    feed->has_place = true;
    feed->seq = json_get_unsigned(event, "seq");
    buffer_clear(&feed->mark);
    buffer_append_string(&feed->mark, mark ? mark : "");
}

static void take_event(struct claim_team_feed *feed, const cJSON *event) {
    const cJSON *data = json_get(event, "data");
    AUTO(arena) arena = {0};
    AUTO(error) ignored = {0};
    struct claim_moment moment;
    struct claim_record record;
    const struct claim_team_event found = {.type = json_get_string(event, "type"),
                                           .reason = json_get_string(data, "reason"),
                                           .seq = json_get_unsigned(event, "seq"),
                                           .record = &record};
    if (feed->take && found.type && claim_clock_read(&moment, &ignored) &&
        claim_team_wire_read(&record, &arena, data, &moment))
        feed->take(feed->data, &found);
}

static void take_resync(struct claim_team_feed *feed, const char *reason) {
    feed->has_place = false;
    if (feed->take)
        feed->take(feed->data, &(struct claim_team_event){.type = "resync", .reason = reason});
}

/* The helper goes on, and connects again when it can. */
static void note_state(struct claim_team_feed *feed, const cJSON *line, const char *state) {
    const char *message = json_get_string(line, "message");
    AUTO(buffer) shown = {0};
    error_release(&feed->trouble);
    if (strcmp(state, "connected") == 0)
        return;
    text_append_visible(&shown, span_of(message ? message : state));
    error_set(&feed->trouble, ERROR_UNREACHABLE, "team: unreachable: %s", buffer_text(&shown));
}

static void take_line(void *data, const cJSON *line) {
    struct claim_team_feed *feed = data;
    const cJSON *event = json_get(line, "event");
    const char *resync = json_get_string(line, "resync"), *state = json_get_string(line, "state");
    feed->has_news = feed->is_stale = true;
    if (resync)
        take_resync(feed, resync);
    if (state)
        note_state(feed, line, state);
    if (!event)
        return;
    note_place(feed, event);
    take_event(feed, event);
}

static void write_subscribe(struct buffer *request, const struct claim_team_feed *feed) {
    const struct claim_team_link *link = feed->link;
    const char *mark = feed->mark.length ? buffer_text(&feed->mark) : NULL;
    struct json_writer writer = claim_team_request_begin(request, "subscribe");
    json_writer_key_unsigned(&writer, "after", feed->has_place ? feed->seq : link->seq);
    json_writer_key_string(&writer, "mark", feed->has_place ? mark : link->mark);
    json_writer_close_object(&writer);
}

static bool subscribe(struct claim_team_feed *feed, struct error *error) {
    AUTO(claim_helper_line) answer = {0};
    AUTO(buffer) request = {0};
    const cJSON *ok;
    write_subscribe(&request, feed);
    if (!claim_team_request_send(feed->link, &request, &answer, &ok, NULL, error))
        return false;
    feed->greeting = feed->link->greeting;
    feed->has_news = feed->is_stale = true;
    return true;
}

/* Is it subscribed in the helper that runs? */
static bool follow(struct claim_team_feed *feed) {
    struct claim_team_link *link = feed->link;
    AUTO(error) error = {0};
    link->helper.unasked = take_line;
    link->helper.unasked_data = feed;
    bool is_reached = claim_team_link_open(link, &error);
    if (is_reached && link->has_events && feed->greeting == link->greeting)
        return true;
    bool is_open = is_reached && link->has_events && subscribe(feed, &error);
    error_release(&feed->trouble);
    feed->trouble = error;
    error = (struct error){0};
    return is_open;
}

/* A helper without events: it is time after a while. */
static bool wait_blindly(struct claim_team_feed *feed, int left_ms) {
    bool is_time = left_ms >= LOOK_AGAIN_MS;
    claim_helper_wait(&feed->link->helper, is_time ? LOOK_AGAIN_MS : left_ms);
    feed->is_stale = true;
    return is_time;
}

bool claim_team_feed_wait(struct claim_team_feed *feed, int timeout_ms) {
    int64_t deadline_ms = clock_now_ms() + timeout_ms;
    feed->has_news = false;
    for (;;) {
        bool is_open = follow(feed);
        int left_ms = clock_left_ms(deadline_ms);
        if (feed->has_news)
            return true;
        if (feed->link->is_greeted && !feed->link->has_events)
            return wait_blindly(feed, left_ms);
        claim_helper_wait(&feed->link->helper, is_open || left_ms < LOOK_AGAIN_MS ? left_ms : LOOK_AGAIN_MS);
        if (feed->has_news || left_ms == 0)
            return feed->has_news;
    }
}
