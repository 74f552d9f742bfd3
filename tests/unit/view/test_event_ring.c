/*
 * core/view/event_ring: the numbers of events, and which are kept.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "view/event_ring.h"

TestSuite(event_ring, .timeout = 60);

static void add(struct event_ring *ring, const char *reason, size_t count) {
    for (size_t i = 0; i < count; i++)
        event_ring_add(ring, &(struct event){.type = EVENT_PLAN_CHANGED, .plan = "X", .reason = reason});
}

/* Exactly the last @count ones are kept, each under its number. */
static void expect_kept(const struct event_ring *ring, uint64_t last, size_t count) {
    cr_assert_eq(ring->last, last);
    cr_expect_eq(ring->count, count, "%zu are kept", ring->count);
    cr_expect_null(event_ring_get(ring, last - ring->count));
    cr_expect_null(event_ring_get(ring, last + 1));
    for (uint64_t number = last - ring->count + 1; number <= last; number++) {
        char begin[64];
        snprintf(begin, sizeof begin, "{\"seq\":%d,\"instance\":\"%s\"", (int)number, ring->instance);
        const struct kept_event *event = event_ring_get(ring, number);
        cr_assert(event && event->type == EVENT_PLAN_CHANGED);
        cr_assert(strncmp(event->text.data, begin, strlen(begin)) == 0, "%s", event->text.data);
    }
}

Test(event_ring, what_is_kept_has_its_number_and_the_oldest_make_room) {
    static const size_t totals[] = {1, 15, 16, 17, 4095, 4096, 4097, 9000};
    struct event_ring ring;
    event_ring_init(&ring);
    cr_expect(event_ring_follows(&ring, 0) && !event_ring_follows(&ring, 1) && !event_ring_get(&ring, 0));
    for (size_t i = 0; i < sizeof totals / sizeof *totals; i++) {
        add(&ring, NULL, totals[i] - ring.last);
        expect_kept(&ring, totals[i], totals[i] < EVENT_RING_EVENTS_MOST ? totals[i] : EVENT_RING_EVENTS_MOST);
    }
    cr_expect(event_ring_follows(&ring, 9000) && event_ring_follows(&ring, 9000 - EVENT_RING_EVENTS_MOST));
    cr_expect(!event_ring_follows(&ring, 9001) && !event_ring_follows(&ring, 9000 - EVENT_RING_EVENTS_MOST - 1));
    event_ring_release(&ring);
}

Test(event_ring, long_events_are_limited_by_their_bytes) {
    static char reason[100001];
    struct event_ring ring;
    memset(reason, 'x', sizeof reason - 1);
    event_ring_init(&ring);
    add(&ring, reason, 30);
    expect_kept(&ring, 30, 10);
    cr_expect_leq(ring.bytes, (size_t)EVENT_RING_BYTES_MOST);
    event_ring_release(&ring);
}
