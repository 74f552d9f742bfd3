/*
 * The publisher: events with their numbers, and their subscribers. The last ones are kept in one ring that all
 * subscribers share; each is a place in it, and is sent what comes behind as fast as it reads. One that falls behind
 * the ring gets a "resync" in place of what it has missed. So a subscriber costs no memory, however slow.
 */
#ifndef BATCHD_PUBLISHER_H
#define BATCHD_PUBLISHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "net/connection.h"
#include "view/event.h"
#include "view/event_ring.h"

struct subscription {
    struct subscription *next;
    struct connection *connection;
    uint64_t sent; /* number of the last event that was sent, or passed over */
    bool has_missed;
    bool wants[EVENT_TYPES];
};

struct publisher {
    struct event_ring ring;
    struct subscription *subscriptions;
    size_t subscription_count;
};

/* An empty history with a new instance. The caller releases it. */
void publisher_init(struct publisher *publisher);
void publisher_release(struct publisher *publisher);

/* Keep the event. It is sent by publisher_pump. */
void publisher_add(struct publisher *publisher, const struct event *event);
/* Send each subscriber what it can take. */
void publisher_pump(struct publisher *publisher);
/* The same for one connection, if it has subscribed. */
void publisher_pump_one(struct publisher *publisher, struct connection *connection);

/*
 * Subscribe the connection, or change what it is subscribed to. @since: the last event it knows, of this instance; with
 * @is_resync it does not know its position, and receives a resync.
 */
void publisher_subscribe(struct publisher *publisher, struct connection *connection, const bool wants[EVENT_TYPES],
                         uint64_t since, bool is_resync);
void publisher_unsubscribe(struct publisher *publisher, const struct connection *connection);

#endif
