/*
 * The ring of events: the last ones that were published, with their numbers, for subscribers that come later or are
 * slow.
 */
#ifndef BATCHD_EVENT_RING_H
#define BATCHD_EVENT_RING_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "view/event.h"

enum { EVENT_RING_EVENTS_MOST = 4096, EVENT_RING_BYTES_MOST = 1 << 20 };

struct kept_event {
    enum event_type type;
    struct buffer text; /* JSON, as event_write writes it */
};

/* {0} is empty, and needs event_ring_init before the first event. */
struct event_ring {
    char instance[EVENT_INSTANCE_TEXT]; /* the numbers count within it; "" in {0} */
    uint64_t last;                      /* number of the newest event; 0 for none */
    struct kept_event *events;          /* event N is at N % @capacity, a power of two */
    size_t capacity;
    size_t count, bytes; /* that are kept */
};

/* A new instance without events. The caller releases it. */
void event_ring_init(struct event_ring *ring);
void event_ring_release(struct event_ring *ring);

/* Give the event the next number and keep it; the oldest ones make room for it. */
void event_ring_add(struct event_ring *ring, const struct event *event);
/* The event of this number, borrowed until the next one is added; NULL if it is not kept. */
const struct kept_event *event_ring_get(const struct event_ring *ring, uint64_t number);
/* Is everything kept that came behind the event of this number? */
bool event_ring_follows(const struct event_ring *ring, uint64_t number);

#endif
