#include <inttypes.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "claims/claim_board.h"
#include "claims/claim_team_feed.h"
#include "config/config.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "mcp/mcp_access.h"
#include "mcp/mcp_call.h"
#include "mcp/mcp_feed.h"
#include "mcp/mcp_result.h"
#include "mcp/mcp_tools.h"
#include "session/event_source.h"
#include "session/session.h"
#include "session/team.h"
#include "view/event.h"
#include "view/event_ring.h"
#include "wire/event_wire.h"

enum {
    EVENTS_MOST = 100,
    EVENT_BYTES = 1000,
    QUIET_MS = 50,   /* after an event: what belongs to the same change comes, too */
    REPLAY_MS = 150, /* for a daemon to send what it has kept, even if the caller does not wait */
};

struct mcp_watch {
    struct event_source source; /* also without a daemon it says what is wanted, and the last event that was written */
    bool is_resync;
    char *path; /* owned: of the plan; NULL for all */
    size_t count;
    int64_t deadline_ms, last_ms; /* of the last event */
    struct buffer events;         /* an array */
    struct json_writer out;
};

static void watch_free(struct mcp_watch *watch) {
    event_source_close(&watch->source);
    memory_free(watch->path);
    buffer_release(&watch->events);
    memory_free(watch);
}

/* --- what is waited for --- */

static bool choose_types(struct mcp_call *call, struct event_source *source) {
    const cJSON *types = json_get(call->arguments.root, "types"), *first = types ? types->child : NULL;
    if (!first)
        event_source_want_all(source);
    for (const cJSON *type = first; type; type = type->next)
        if (!event_source_want(source, type->valuestring, &call->result.error))
            return false;
    return true;
}

static bool read_cursor(struct mcp_call *call, struct event_source *source) {
    const char *cursor = mcp_call_text(call, "cursor");
    return !cursor || (event_source_begin_behind(source, cursor) && source->instance[0]) ||
           error_set(&call->result.error, ERROR_USAGE, "this is no cursor of events_wait; leave it out to begin");
}

/* --- one event --- */

static void append_line(struct buffer *text, const struct received_event *received) {
    const struct event *event = &received->event;
    const char *const parts[] = {received->time,     received->type, event->plan,
                                 event->achievement, event->need,    event->reason};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i])
            buffer_append_format(text, "%s%s", i ? " " : "", parts[i]);
    buffer_append_byte(text, '\n');
}

static void add(void *data, struct span text) {
    struct mcp_call *call = data;
    struct mcp_watch *watch = call->watch;
    AUTO(arena) arena = {0};
    struct received_event received;
    if (!event_wire_read(&received, text, &arena))
        return;
    const char *path = received.event.path;
    bool is_resync = strcmp(received.type, event_type_name(EVENT_RESYNC)) == 0;
    watch->is_resync |= is_resync;
    if (is_resync || (watch->path && path && strcmp(path, watch->path) != 0))
        return;
    event_write_received(&watch->out, &received);
    append_line(&call->result.text, &received);
    watch->count++;
    watch->last_ms = clock_now_ms();
}

static bool is_full(const struct mcp_watch *watch) {
    return watch->count == EVENTS_MOST || watch->events.length + EVENT_BYTES > MCP_FACTS_BYTES_MOST;
}

/* --- where they come from --- */

static void open_source(struct mcp_call *call) {
    struct event_source *source = &call->watch->source;
    struct session *session = &call->access->session;
    AUTO(error) ignored = {0};
    source->take = add;
    source->data = call;
    if (!session->team)
        event_source_open(source, session, &ignored);
}

/* All that a daemon has sent. If it is gone, the feed goes on, and the caller must look itself at what it missed. */
static void collect_from_daemon(struct mcp_call *call) {
    struct mcp_watch *watch = call->watch;
    while (watch->source.is_connected && !is_full(watch) && event_source_wait(&watch->source, 0))
        continue;
    watch->is_resync |= !watch->source.is_connected;
}

static void collect_from_feed(struct mcp_call *call) {
    struct mcp_watch *watch = call->watch;
    struct event_source *known = &watch->source;
    struct mcp_feed *feed = &call->access->feed;
    const struct event_ring *ring = &feed->ring;
    struct session *session = &call->access->session;
    const struct claim_setting claims = session_claim_setting(session);
    if (session->team)
        claim_team_feed_wait(&session->team->claims.feed, 0); /* looks are cheap while it is followed */
    mcp_feed_look(feed, session->settings.root, &claims);
    if (!ring->instance[0])
        return;
    bool is_new = !known->instance[0], is_ours = strcmp(known->instance, ring->instance) == 0;
    bool is_kept = is_ours && event_ring_follows(ring, known->seq);
    watch->is_resync |= !is_new && !is_kept;
    if (!is_kept) {
        memcpy(known->instance, ring->instance, sizeof ring->instance);
        known->seq = ring->last;
    }
    while (known->seq < ring->last && !is_full(watch)) {
        const struct kept_event *event = event_ring_get(ring, ++known->seq);
        if (known->wants[event->type])
            add(call, buffer_span(&event->text));
    }
}

/* --- the call --- */

static bool begin(struct mcp_call *call) {
    struct mcp_watch *watch = call->watch = memory_allocate(1, sizeof *watch);
    call->watch_free = watch_free;
    watch->source.channel.descriptor = -1;
    watch->out.buffer = &watch->events;
    json_writer_open_array(&watch->out);
    watch->deadline_ms = call->begun_ms + (int64_t)mcp_call_number(call, "timeout_s") * 1000;
    if (!choose_types(call, &watch->source) || !read_cursor(call, &watch->source) ||
        !session_find_plan(&call->access->session, mcp_call_text(call, "plan"), &watch->path, &call->result.error))
        return false;
    open_source(call);
    if (watch->source.is_connected && watch->deadline_ms < call->begun_ms + REPLAY_MS)
        watch->deadline_ms = call->begun_ms + REPLAY_MS;
    call->access->feed.next_look_ms = 0; /* what was written before the call is seen by it */
    return true;
}

static bool write_events(struct mcp_call *call) {
    struct mcp_watch *watch = call->watch;
    AUTO(buffer) cursor = {0};
    if (!watch->source.instance[0])
        return error_set(&call->result.error, ERROR_IO, "the plans cannot be read now");
    buffer_append_format(&cursor, "%s:%" PRIu64, watch->source.instance, watch->source.seq);
    json_writer_close_array(&watch->out);
    json_writer_key(&call->result.out, "events");
    json_writer_raw(&call->result.out, buffer_span(&watch->events));
    json_writer_key_string(&call->result.out, "cursor", cursor.data);
    json_writer_key_boolean(&call->result.out, "resync", watch->is_resync);
    if (watch->is_resync)
        buffer_append_string(&call->result.text, "Events were missed: call plan_status.\n");
    else if (!watch->count)
        buffer_append_string(&call->result.text, "Nothing has happened.\n");
    buffer_append_format(&call->result.text, "cursor: %s\n", cursor.data);
    return true;
}

/* Enough, unless more comes at once that belongs to it. */
static bool is_over(const struct mcp_watch *watch, int64_t now_ms) {
    return is_full(watch) || watch->is_resync || now_ms >= watch->deadline_ms ||
           (watch->count && now_ms - watch->last_ms >= QUIET_MS);
}

bool mcp_events_wait(struct mcp_call *call) {
    if (!call->watch && !begin(call))
        return true;
    struct mcp_watch *watch = call->watch;
    if (watch->source.is_connected)
        collect_from_daemon(call);
    if (!watch->source.is_connected)
        collect_from_feed(call);
    int64_t now_ms = clock_now_ms();
    bool has_cursor = watch->source.is_connected || watch->source.instance[0];
    if (is_over(watch, now_ms) && (has_cursor || now_ms >= watch->deadline_ms + MCP_FEED_LOOK_MS)) {
        write_events(call);
        return true;
    }
    int64_t pause_ms = watch->count                               ? QUIET_MS
                       : watch->source.is_connected               ? watch->deadline_ms - now_ms
                       : call->access->feed.next_look_ms > now_ms ? call->access->feed.next_look_ms - now_ms
                                                                  : 1;
    if (pause_ms > watch->deadline_ms - now_ms && watch->deadline_ms > now_ms)
        pause_ms = watch->deadline_ms - now_ms;
    call->descriptor = watch->source.is_connected ? watch->source.channel.descriptor : -1;
    return mcp_call_wait(call, (int)(pause_ms > 0 ? pause_ms : 1));
}
