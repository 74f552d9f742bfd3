#include "helpers/claims_postgres/event_watch.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "format/json.h"
#include "helpers/claims_postgres/client_pipe.h"
#include "helpers/claims_postgres/helper_answer.h"
#include "helpers/claims_postgres/server_statement.h"

enum {
    PAGE_EVENTS = 200,
    LOOK_MS = 30000, /* without a notification */
    PAUSE_MS_LEAST = 250,
    PAUSE_MS_MOST = 1000,
    PAUSE_MS_DENIED = 30000,
    SPREAD_MS = 250, /* so that not all clients sweep at once: the first one does it for all */
};

void event_watch_release(struct event_watch *watch) {
    buffer_release(&watch->mark);
    *watch = (struct event_watch){0};
}

int64_t event_watch_due_ms(const struct event_watch *watch, const struct server_link *link) {
    if (!watch->is_on)
        return INT64_MAX;
    if (!link->connection)
        return watch->connect_at_ms;
    if (!link->is_listening || link->is_notified)
        return 0;
    return watch->look_at_ms < watch->sweep_at_ms ? watch->look_at_ms : watch->sweep_at_ms;
}

static int64_t deadline_of(const struct server_link *link) {
    return clock_now_ms() + link->settings->timeout_ms;
}

/* --- pages of events --- */

static void set_place(struct event_watch *watch, uint64_t seq, const char *mark) {
    watch->seq = seq;
    buffer_clear(&watch->mark);
    buffer_append_string(&watch->mark, mark ? mark : "");
}

/* Sweep when the earliest claim runs out: "due_ms" of the server's answer, which is null if none is held. */
static void plan_sweep(struct event_watch *watch, const cJSON *answer) {
    const cJSON *due = json_get(answer, "due_ms");
    watch->sweep_at_ms =
        !helper_request_is_whole(due) ? INT64_MAX : clock_now_ms() + (int64_t)due->valuedouble + 1 + rand() % SPREAD_MS;
}

/* An event that says that the epoch has changed is a resync for the client. */
static void pass_on(struct event_watch *watch, struct server_link *link, struct json *json, const cJSON *event) {
    const char *type = json_get_string(event, "type");
    if (type && strcmp(type, "resync") == 0)
        helper_answer_resync(link->pipe, "epoch");
    else
        helper_answer_event(link->pipe, helper_request_text(json, event));
    set_place(watch, json_get_unsigned(event, "seq"), json_get_string(event, "mark"));
}

static bool fetch(struct event_watch *watch, struct server_link *link, unsigned most, int64_t deadline_ms,
                  struct buffer *answer, struct json *json, struct server_refusal *refusal) {
    AUTO(server_statement) statement = {0};
    const char *mark = watch->mark.length ? buffer_text(&watch->mark) : NULL;
    server_statement_events(&statement, link->settings, watch->seq, mark, most);
    if (!server_link_call(link, &statement, deadline_ms, answer, refusal))
        return false;
    if (json_read_ours(json, buffer_span(answer)) && cJSON_IsArray(json_get(json->root, "events")))
        return true;
    server_link_close(link);
    return server_refusal_set(refusal, REFUSAL_INTERNAL, "the server has answered with something else than events");
}

/* Pass on one page. False, and a refusal, if there was none; @has_more: another one follows. */
static bool pass_page(struct event_watch *watch, struct server_link *link, bool *has_more,
                      struct server_refusal *refusal) {
    AUTO(buffer) answer = {0};
    AUTO(json) json = {0};
    if (!fetch(watch, link, PAGE_EVENTS, deadline_of(link), &answer, &json, refusal))
        return false;
    plan_sweep(watch, json.root);
    const char *resync = json_get_string(json.root, "resync");
    if (resync) {
        helper_answer_resync(link->pipe, resync);
        set_place(watch, json_get_unsigned(json.root, "seq"), json_get_string(json.root, "mark"));
    }
    size_t count = 0;
    const cJSON *event;
    cJSON_ArrayForEach(event, json_get(json.root, "events")) {
        pass_on(watch, link, &json, event);
        count++;
    }
    *has_more = count == PAGE_EVENTS;
    return true;
}

/* Until there are no more, or the client reads too slowly, or has a request, which comes first. */
static bool look(struct event_watch *watch, struct server_link *link, struct server_refusal *refusal) {
    link->is_notified = false;
    watch->look_at_ms = 0;
    for (bool has_more = true; has_more;) {
        if (client_pipe_is_full(link->pipe) || client_pipe_has_line(link->pipe))
            return true;
        if (!pass_page(watch, link, &has_more, refusal))
            return false;
    }
    watch->look_at_ms = clock_now_ms() + LOOK_MS;
    return true;
}

static bool sweep(struct event_watch *watch, struct server_link *link, struct server_refusal *refusal) {
    AUTO(server_statement) statement = {0};
    AUTO(buffer) answer = {0};
    AUTO(json) json = {0};
    server_statement_sweep(&statement, link->settings, buffer_text(&link->epoch));
    if (!server_link_call(link, &statement, deadline_of(link), &answer, refusal))
        return refusal->code == REFUSAL_EPOCH && server_link_greet(link, deadline_of(link), refusal);
    if (json_read_ours(&json, buffer_span(&answer)))
        plan_sweep(watch, json.root);
    return true;
}

/* --- the connection --- */

static bool listen_for_events(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal) {
    AUTO(server_statement) statement = {0};
    AUTO(buffer) answer = {0};
    server_statement_listen(&statement, link->settings);
    link->is_listening = server_link_call(link, &statement, deadline_ms, &answer, refusal);
    return link->is_listening;
}

/* Listen first and look afterwards: so no event is between the two. */
static bool advance(struct event_watch *watch, struct server_link *link, struct server_refusal *refusal) {
    if (!server_link_try_open(link, deadline_of(link), refusal))
        return false;
    if (!link->is_listening) {
        if (!listen_for_events(link, deadline_of(link), refusal))
            return false;
        watch->look_at_ms = 0;
    }
    if (clock_now_ms() >= watch->sweep_at_ms && !sweep(watch, link, refusal))
        return false;
    bool is_due = link->is_notified || clock_now_ms() >= watch->look_at_ms;
    return !is_due || look(watch, link, refusal);
}

static void pause_after(struct event_watch *watch, struct server_link *link, const struct server_refusal *refusal) {
    server_link_close(link);
    if (!watch->is_unreachable)
        helper_answer_unreachable(link->pipe, refusal);
    watch->is_unreachable = true;
    int64_t pause_ms = refusal->code == REFUSAL_DENIED ? PAUSE_MS_DENIED : watch->pause_ms + rand() % PAUSE_MS_LEAST;
    watch->connect_at_ms = clock_now_ms() + pause_ms;
    watch->pause_ms = watch->pause_ms * 2 < PAUSE_MS_MOST ? watch->pause_ms * 2 : PAUSE_MS_MOST;
}

void event_watch_step(struct event_watch *watch, struct server_link *link) {
    AUTO(server_refusal) refusal = {0};
    if (advance(watch, link, &refusal)) {
        if (watch->is_unreachable)
            helper_answer_connected(link->pipe);
        watch->is_unreachable = false;
        watch->pause_ms = PAUSE_MS_LEAST;
    } else if (!client_pipe_has_line(link->pipe) || link->connection) { /* else a request has stopped it */
        pause_after(watch, link, &refusal);
    }
}

bool event_watch_start(struct event_watch *watch, const struct helper_request *request, struct server_link *link,
                       int64_t deadline_ms, struct server_refusal *refusal) {
    const cJSON *after = json_get(request->json.root, "after");
    bool is_now = !after || cJSON_IsNull(after);
    if (!is_now && !helper_request_is_whole(after))
        return server_refusal_set(refusal, REFUSAL_BAD, "\"after\" is the number of an event, or null");
    AUTO(event_watch) begun = {.is_on = true, .sweep_at_ms = INT64_MAX, .pause_ms = PAUSE_MS_LEAST};
    set_place(&begun, is_now ? 0 : (uint64_t)after->valuedouble, json_get_string(request->json.root, "mark"));
    AUTO(buffer) answer = {0};
    AUTO(json) json = {0};
    if (!listen_for_events(link, deadline_ms, refusal) || !fetch(&begun, link, 0, deadline_ms, &answer, &json, refusal))
        return false;
    uint64_t seq = json_get_unsigned(json.root, "seq");
    if (is_now)
        set_place(&begun, seq, json_get_string(json.root, "mark"));
    AUTO(buffer) value = {0};
    buffer_append_format(&value, "{\"seq\":%llu}", (unsigned long long)seq);
    helper_answer_ok(link->pipe, request, buffer_span(&value));
    event_watch_release(watch);
    *watch = begun;
    begun = (struct event_watch){0};
    return true;
}
