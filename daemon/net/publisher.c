#include "net/publisher.h"

#include <string.h>

#include "base/memory.h"

enum {
    CHUNK_BYTES = 65536, /* in flight to one subscriber */
    EVENTS_FIRST = 16,   /* room in the ring, which is doubled */
};
_Static_assert(PUBLISHER_EVENTS_MOST % EVENTS_FIRST == 0 && (PUBLISHER_EVENTS_MOST & (PUBLISHER_EVENTS_MOST - 1)) == 0,
               "the ring grows to it");

void publisher_init(struct publisher *publisher) {
    *publisher =
        (struct publisher){.ring = memory_allocate(EVENTS_FIRST, sizeof *publisher->ring), .capacity = EVENTS_FIRST};
    event_make_instance(publisher->instance);
}

static struct published *at(struct publisher *publisher, uint64_t number) {
    return &publisher->ring[number & (publisher->capacity - 1)];
}

static uint64_t oldest(const struct publisher *publisher) {
    return publisher->last + 1 - publisher->count;
}

static void drop_oldest(struct publisher *publisher) {
    struct published *published = at(publisher, oldest(publisher));
    publisher->bytes -= published->line.length;
    publisher->count--;
    buffer_release(&published->line);
}

static void grow(struct publisher *publisher) {
    struct publisher grown = *publisher;
    grown.capacity *= 2;
    grown.ring = memory_allocate(grown.capacity, sizeof *grown.ring);
    for (size_t i = 0; i < publisher->count; i++)
        *at(&grown, publisher->last - i) = *at(publisher, publisher->last - i);
    memory_free(publisher->ring);
    *publisher = grown;
}

void publisher_release(struct publisher *publisher) {
    while (publisher->count)
        drop_oldest(publisher);
    while (publisher->subscriptions)
        publisher_unsubscribe(publisher, publisher->subscriptions->connection);
    memory_free(publisher->ring);
}

/* --- events as text --- */

static void write_event(struct buffer *line, const struct publisher *publisher, uint64_t number,
                        const struct event *event) {
    struct json_writer writer = {.buffer = line};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "jsonrpc", "2.0");
    json_writer_key_string(&writer, "method", "event");
    json_writer_key(&writer, "params");
    event_write(&writer, number, publisher->instance, event);
    json_writer_close_object(&writer);
    buffer_append_byte(line, '\n');
}

void publisher_add(struct publisher *publisher, const struct event *event) {
    struct buffer line = {0};
    write_event(&line, publisher, publisher->last + 1, event);
    while (publisher->count == PUBLISHER_EVENTS_MOST ||
           (publisher->count && publisher->bytes + line.length > PUBLISHER_BYTES_MOST))
        drop_oldest(publisher);
    if (publisher->count == publisher->capacity)
        grow(publisher);
    *at(publisher, ++publisher->last) = (struct published){event->type, line};
    publisher->count++;
    publisher->bytes += line.length;
}

/* --- sending --- */

static void append_resync(struct buffer *text, const struct publisher *publisher) {
    const struct event event = {.type = EVENT_RESYNC, .reason = "events were missed"};
    write_event(text, publisher, publisher->last, &event);
}

/* Everything that is not sent at once waits in the ring, not in the connection. */
static void pump(struct publisher *publisher, struct subscription *subscription) {
    struct buffer text = {0};
    struct connection *connection = subscription->connection;
    if (connection->unsent || connection->is_busy || connection->is_closing)
        return;
    if (subscription->has_missed || subscription->sent + 1 < oldest(publisher)) {
        append_resync(&text, publisher);
        subscription->sent = publisher->last;
        subscription->has_missed = false;
    }
    while (subscription->sent < publisher->last && text.length < CHUNK_BYTES) {
        const struct published *published = at(publisher, ++subscription->sent);
        if (subscription->wants[published->type])
            buffer_append_span(&text, buffer_span(&published->line));
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
