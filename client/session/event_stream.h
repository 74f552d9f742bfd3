/*
 * An event stream: the events of a daemon, one after the other. If the daemon is restarted the stream goes on with the
 * new one, which begins with a "resync".
 */
#ifndef BATCHCTL_EVENT_STREAM_H
#define BATCHCTL_EVENT_STREAM_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "session/rpc_client.h"
#include "session/session.h"
#include "view/event.h"

struct event_stream {
    struct session *session;
    struct rpc_client channel;
    bool wants[EVENT_TYPES];
    char instance[32]; /* of the daemon that `seq` counts in; "" if it is not known */
    uint64_t seq;      /* the last event that was handed out */
    bool has_seq;      /* begin behind it, not with what comes next */
    bool is_impatient; /* DISCONNECTED at once, rather than waiting for the daemon to come back */
    bool says_absence; /* a note on standard error if the workspace is away for long */
};

enum event_stream_outcome { EVENT_STREAM_EVENT, EVENT_STREAM_TIMED_OUT, EVENT_STREAM_DISCONNECTED };

/* Want "subplan.completed", or "subplan" for all of these. USAGE, with the closest one, if there are none. */
bool event_stream_want(struct event_stream *stream, const char *word, struct error *error);
/* Begin behind "17", or "INSTANCE:17" as events name their instance; false if @cursor is neither. */
bool event_stream_begin_behind(struct event_stream *stream, const char *cursor);

/* Subscribe to the types in stream->wants. @stream is filled but for the channel. UNREACHABLE if there is no daemon. */
bool event_stream_open(struct event_stream *stream, struct session *session, struct error *error);
void event_stream_close(struct event_stream *stream);

/*
 * The next event, as JSON; borrowed until the next call. TIMED_OUT: none within @timeout_ms, be the daemon there or
 * not. DISCONNECTED: the daemon is gone and has not come back in ten seconds, or sends what is no event. While the
 * workspace itself is away, as when a branch or a disk is changed, its daemon is waited for without an end.
 */
enum event_stream_outcome event_stream_next(struct event_stream *stream, int timeout_ms, struct span *event);

#endif
