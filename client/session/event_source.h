/*
 * The source of events of a session: a daemon, the server of its team, or both. If the daemon is restarted the source
 * goes on with the new one, which begins with a "resync"; where there is none, one is looked for now and then.
 */
#ifndef BATCHCTL_EVENT_SOURCE_H
#define BATCHCTL_EVENT_SOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "session/rpc_client.h"
#include "session/session.h"
#include "view/event.h"

/* {.channel.descriptor = -1} is valid. Not to be moved while it is open. */
struct event_source {
    bool wants[EVENT_TYPES];
    char instance[32]; /* of the daemon that `seq` counts in; "" if it is not known */
    uint64_t seq;      /* the last event of the daemon that was taken */
    bool has_seq;      /* begin behind it, not with what comes next */
    bool avoids_team;  /* the daemon's events alone, as waiting for a server takes time */
    bool says_trouble; /* on standard error: that the workspace is away for long, that a team's server is not heard */
    void (*take)(void *data, struct span event); /* gets each event, as JSON; or NULL */
    void *data;

    struct session *session; /* borrowed */
    struct rpc_client channel;
    bool is_connected;   /* to a daemon: its descriptor is readable when there is an event */
    int64_t retry_at_ms; /* otherwise: when a daemon is looked for; INT64_MAX for never */
    int64_t lost_ms;     /* since when the daemon is lost; 0 if there was none */
    int64_t away_ms;     /* since when the workspace is away, if its daemon was lost; 0 if it is not */
    bool has_said_away, has_said_unheard;
};

/* Want "subplan.completed", or "subplan" for all of these. USAGE, with the closest one, if there are none. */
bool event_source_want(struct event_source *source, const char *word, struct error *error);
void event_source_want_all(struct event_source *source);
/* Begin behind "17", or "INSTANCE:17" as events name their instance; false if @cursor is neither. */
bool event_source_begin_behind(struct event_source *source, const char *cursor);

/*
 * Subscribe to what is wanted, at the session's daemon, and its team's server. UNREACHABLE if there is no daemon: then
 * the source is usable all the same. The caller closes it in any case.
 */
bool event_source_open(struct event_source *source, struct session *session, struct error *error);
void event_source_close(struct event_source *source);

/*
 * Wait for the next event, at most @timeout_ms. True also if a daemon has come or gone: something may have changed
 * then. With 0: take one event that is there.
 */
bool event_source_wait(struct event_source *source, int timeout_ms);

/* The daemon is lost, and has not come back in ten seconds in which the workspace was there. */
bool event_source_is_gone(const struct event_source *source);

#endif
