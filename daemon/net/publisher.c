#include "net/publisher.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "format/json_writer.h"

enum { CHUNK_BYTES = 65536 }; /* in flight to one subscriber */

void publisher_init(struct publisher *publisher) {
    *publisher = (struct publisher){0};
    event_ring_init(&publisher->ring);
}

void publisher_release(struct publisher *publisher) {
    event_ring_release(&publisher->ring);
    while (publisher->subscriptions)
        publisher_unsubscribe(publisher, publisher->subscriptions->connection);
}

void publisher_add(struct publisher *publisher, const struct event *event) {
    event_ring_add(&publisher->ring, event);
}

/* --- sending --- */

static void append_line(struct buffer *text, struct span event) {
    buffer_append_string(text, "{\"jsonrpc\":\"2.0\",\"method\":\"event\",\"params\":");
    buffer_append_span(text, event);
    buffer_append_string(text, "}\n");
}

static void append_resync(struct buffer *text, const struct event_ring *ring) {
    const struct event event = {.type = EVENT_RESYNC, .reason = "events were missed"};
    AUTO(buffer) json = {0};
    struct json_writer writer = {.buffer = &json};
    event_write(&writer, ring->last, ring->instance, &event);
    append_line(text, buffer_span(&json));
}

/* Everything that is not sent at once waits in the ring, not in the connection. */
static void pump(const struct publisher *publisher, struct subscription *subscription) {
    struct buffer text = {0};
    struct connection *connection = subscription->connection;
    const struct event_ring *ring = &publisher->ring;
    if (connection->unsent || connection->is_busy || connection->is_closing)
        return;
    if (subscription->has_missed || !event_ring_follows(ring, subscription->sent)) {
        append_resync(&text, ring);
        subscription->sent = ring->last;
        subscription->has_missed = false;
    }
    while (subscription->sent < ring->last && text.length < CHUNK_BYTES) {
        const struct kept_event *event = event_ring_get(ring, ++subscription->sent);
        if (subscription->wants[event->type])
            append_line(&text, buffer_span(&event->text));
    }
    if (text.length)
        connection_write(connection, &text);
}

void publisher_pump(struct publisher *publisher) {
    for (struct subscription *subscription = publisher->subscriptions, *next; subscription; subscription = next) {
        next = subscription->next; /* a peer that cannot be written to is closed, and unsubscribed */
        pump(publisher, subscription);
    }
}

static struct subscription *find(struct publisher *publisher, const struct connection *connection) {
    struct subscription *subscription = publisher->subscriptions;
    while (subscription && subscription->connection != connection)
        subscription = subscription->next;
    return subscription;
}

void publisher_pump_one(struct publisher *publisher, struct connection *connection) {
    struct subscription *subscription = connection->is_subscribed ? find(publisher, connection) : NULL;
    if (subscription)
        pump(publisher, subscription);
}

void publisher_subscribe(struct publisher *publisher, struct connection *connection, const bool wants[EVENT_TYPES],
                         uint64_t since, bool is_resync) {
    struct subscription *subscription = find(publisher, connection);
    if (!subscription) {
        subscription = memory_allocate(1, sizeof *subscription);
        subscription->connection = connection;
        subscription->next = publisher->subscriptions;
        publisher->subscriptions = subscription;
        publisher->subscription_count++;
        connection->is_subscribed = true;
    }
    memcpy(subscription->wants, wants, sizeof subscription->wants);
    subscription->wants[EVENT_RESYNC] = true;
    subscription->sent = since;
    subscription->has_missed = is_resync;
}

void publisher_unsubscribe(struct publisher *publisher, const struct connection *connection) {
    for (struct subscription **place = &publisher->subscriptions; *place; place = &(*place)->next) {
        struct subscription *subscription = *place;
        if (subscription->connection != connection)
            continue;
        subscription->connection->is_subscribed = false;
        *place = subscription->next;
        publisher->subscription_count--;
        memory_free(subscription);
        return;
    }
}
