/*
 * The feed of changes: when to look at the plans again. The daemon's events tell it; without a daemon it is time after
 * a while.
 */
#ifndef BATCHCTL_CHANGE_FEED_H
#define BATCHCTL_CHANGE_FEED_H

#include <stdbool.h>

#include "session/event_stream.h"
#include "session/session.h"

enum {
    CHANGE_FEED_LOOK_MS = 500,         /* without a daemon, and while a plan is away */
    CHANGE_FEED_LOOK_SELDOM_MS = 5000, /* beside the events of a daemon */
};

struct change_feed {
    struct session *session; /* borrowed */
    struct event_stream stream;
    bool has_events;
};

void change_feed_open(struct change_feed *feed, struct session *session);
/* Wait until something may have changed, at most @look_ms beside a daemon, and no longer than @left_ms. */
void change_feed_wait(struct change_feed *feed, int look_ms, int left_ms);
void change_feed_close(struct change_feed *feed);

#endif
