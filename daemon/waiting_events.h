/*
 * Waiting events: copies of those that are not published yet, in their order. A batch makes thousands at once; so they
 * are published some at a time, and clients are served in between.
 */
#ifndef BATCHD_WAITING_EVENTS_H
#define BATCHD_WAITING_EVENTS_H

#include "base/memory.h"
#include "view/event.h"

struct waiting_event;

/* {0} is valid and empty. */
struct waiting_events {
    struct arena arena;
    struct waiting_event *first, *last;
};

void waiting_events_add(struct waiting_events *events, const struct event *event);
/* The first one, which does not wait any more; borrowed until the next call. NULL if none waits. */
const struct event *waiting_events_take(struct waiting_events *events);
void waiting_events_release(struct waiting_events *events);

#endif
