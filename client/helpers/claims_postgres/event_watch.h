/*
 * The watch for events, once a client has subscribed. The server's notifications are a hint to look: the events are
 * read from its table, after the last one that the client has. A lost connection is made again, and the watch goes on
 * where it was.
 */
#ifndef BATCHD_EVENT_WATCH_H
#define BATCHD_EVENT_WATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "helpers/claims_postgres/helper_request.h"
#include "helpers/claims_postgres/server_link.h"
#include "helpers/claims_postgres/server_refusal.h"

/* {0} is off. */
struct event_watch {
    bool is_on;
    bool is_unreachable;   /* and the client has been sent that */
    uint64_t seq;          /* the last event that the client has */
    struct buffer mark;    /* of it; empty if there was none */
    int64_t look_at_ms;    /* for events */
    int64_t sweep_at_ms;   /* when a claim runs out; INT64_MAX: none */
    int64_t connect_at_ms; /* after a failure */
    int64_t pause_ms;      /* after the next one */
};
void event_watch_release(struct event_watch *watch);

/* Begin after the event that the request names, or now. The request is answered. False if it could not begin. */
bool event_watch_start(struct event_watch *watch, const struct helper_request *request, struct server_link *link,
                       int64_t deadline_ms, struct server_refusal *refusal);
/* When event_watch_step has something to do; INT64_MAX if it is off. */
int64_t event_watch_due_ms(const struct event_watch *watch, const struct server_link *link);
/* Connect, listen, read and pass on, sweep, each when it is due. */
void event_watch_step(struct event_watch *watch, struct server_link *link);

#endif
