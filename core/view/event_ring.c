#include "view/event_ring.h"

#include "base/memory.h"
#include "format/json_writer.h"

enum { EVENTS_FIRST = 16 }; /* room, which is doubled */
_Static_assert(EVENT_RING_EVENTS_MOST % EVENTS_FIRST == 0 &&
                   (EVENT_RING_EVENTS_MOST & (EVENT_RING_EVENTS_MOST - 1)) == 0,
               "the ring grows to it");

void event_ring_init(struct event_ring *ring) {
    *ring =
        (struct event_ring){.events = memory_allocate(EVENTS_FIRST, sizeof *ring->events), .capacity = EVENTS_FIRST};
    event_make_instance(ring->instance);
}

static struct kept_event *at(const struct event_ring *ring, uint64_t number) {
    return &ring->events[number & (ring->capacity - 1)];
}

static void drop_oldest(struct event_ring *ring) {
    struct kept_event *oldest = at(ring, ring->last + 1 - ring->count);
    ring->bytes -= oldest->text.length;
    ring->count--;
    buffer_release(&oldest->text);
}

void event_ring_release(struct event_ring *ring) {
    while (ring->count)
        drop_oldest(ring);
    memory_free(ring->events);
    *ring = (struct event_ring){0};
}

static void grow(struct event_ring *ring) {
    struct event_ring grown = *ring;
    grown.capacity *= 2;
    grown.events = memory_allocate(grown.capacity, sizeof *grown.events);
    for (size_t i = 0; i < ring->count; i++)
        *at(&grown, ring->last - i) = *at(ring, ring->last - i);
    memory_free(ring->events);
    *ring = grown;
}

void event_ring_add(struct event_ring *ring, const struct event *event) {
    struct kept_event added = {.type = event->type};
    struct json_writer writer = {.buffer = &added.text};
    event_write(&writer, ring->last + 1, ring->instance, event);
    while (ring->count == EVENT_RING_EVENTS_MOST ||
           (ring->count && ring->bytes + added.text.length > EVENT_RING_BYTES_MOST))
        drop_oldest(ring);
    if (ring->count == ring->capacity)
        grow(ring);
    *at(ring, ++ring->last) = added;
    ring->count++;
    ring->bytes += added.text.length;
}

const struct kept_event *event_ring_get(const struct event_ring *ring, uint64_t number) {
    return number > ring->last - ring->count && number <= ring->last ? at(ring, number) : NULL;
}

bool event_ring_follows(const struct event_ring *ring, uint64_t number) {
    return number == ring->last || event_ring_get(ring, number + 1);
}
