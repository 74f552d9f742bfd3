#include "session/change_feed.h"

#include <time.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "claims/claim_team_feed.h"
#include "view/event.h"

void change_feed_open(struct change_feed *feed, struct session *session) {
    AUTO(error) ignored = {0};
    *feed = (struct change_feed){.session = session, .stream = {.channel = {.descriptor = -1}}};
    for (size_t type = 0; type < EVENT_TYPES; type++)
        feed->stream.wants[type] = true;
    feed->has_events = session->has_daemon && event_stream_open(&feed->stream, session, &ignored);
}

/* Changes of claims come from the team's server. Those of files come from the daemon, or it is looked again. */
static void wait_in_team(struct change_feed *feed, int look_ms, int left_ms) {
    struct claim_team_feed *claims = &feed->session->team->claims.feed;
    struct span event;
    int64_t end_ms = clock_now_ms() + (left_ms < look_ms ? left_ms : look_ms);
    for (;;) {
        int64_t wait_ms = end_ms - clock_now_ms();
        if (wait_ms <= 0 ||
            claim_team_feed_wait(claims, wait_ms < CHANGE_FEED_LOOK_MS ? (int)wait_ms : CHANGE_FEED_LOOK_MS))
            return;
        if (!feed->has_events)
            return;
        enum event_stream_outcome outcome = event_stream_next(&feed->stream, 0, &event);
        feed->has_events = outcome != EVENT_STREAM_DISCONNECTED;
        if (outcome == EVENT_STREAM_EVENT)
            return;
    }
}

void change_feed_wait(struct change_feed *feed, int look_ms, int left_ms) {
    struct span event;
    if (feed->session->team) {
        wait_in_team(feed, look_ms, left_ms);
        return;
    }
    if (feed->has_events) {
        enum event_stream_outcome outcome =
            event_stream_next(&feed->stream, left_ms < look_ms ? left_ms : look_ms, &event);
        feed->has_events = outcome != EVENT_STREAM_DISCONNECTED;
        if (outcome == EVENT_STREAM_EVENT)
            session_trust_daemon(feed->session); /* it may be another one than before */
        return;
    }
    int pause_ms = left_ms < CHANGE_FEED_LOOK_MS ? left_ms : CHANGE_FEED_LOOK_MS;
    nanosleep(&(struct timespec){.tv_sec = pause_ms / 1000, .tv_nsec = pause_ms % 1000 * 1000000L}, NULL);
}

void change_feed_close(struct change_feed *feed) {
    event_stream_close(&feed->stream);
}
