#include "serve/daemon_methods.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/version.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/publisher.h"
#include "plan/plan.h"
#include "plan/workspace.h"
#include "serve/auto_create.h"
#include "view/event.h"
#include "view/event_ring.h"
#include "watch/live_workspace.h"
#include "watch/plan_cache.h"
#include "wire/rpc.h"

static bool refuse(struct rpc_fault *fault, const char *reason) {
    fault->code = RPC_INVALID_PARAMS;
    snprintf(fault->reason, sizeof fault->reason, "%s", reason);
    return false;
}

static void write_identity(struct dispatch *dispatch, struct json_writer *writer) {
    json_writer_key_string(writer, "version", program_version);
    json_writer_key_unsigned(writer, "protocol", RPC_PROTOCOL);
    json_writer_key_string(writer, "root", dispatch->root.text);
    json_writer_key_string(writer, "path", dispatch->live->cache.workspace.root);
    json_writer_key_string(writer, "instance", dispatch->publisher->ring.instance);
    json_writer_key_unsigned(writer, "process", (uint64_t)getpid());
}

static bool handle_hello(struct dispatch *dispatch, struct connection *connection, const struct rpc_message *message,
                         struct json_writer *writer, struct rpc_fault *fault) {
    (void)connection;
    (void)message;
    (void)fault;
    json_writer_open_object(writer);
    write_identity(dispatch, writer);
    json_writer_key_object(writer, "limits");
    json_writer_key_unsigned(writer, "line_bytes", RPC_LINE_BYTES_MOST);
    json_writer_key_unsigned(writer, "connections", LISTENER_CONNECTIONS_MOST);
    json_writer_key_unsigned(writer, "connections_a_process", LISTENER_CONNECTIONS_A_PROCESS_MOST);
    json_writer_key_unsigned(writer, "events_kept", EVENT_RING_EVENTS_MOST);
    json_writer_close_object(writer);
    json_writer_close_object(writer);
    return true;
}

static bool handle_ping(struct dispatch *dispatch, struct connection *connection, const struct rpc_message *message,
                        struct json_writer *writer, struct rpc_fault *fault) {
    (void)dispatch;
    (void)connection;
    (void)message;
    (void)fault;
    json_writer_string(writer, "pong");
    return true;
}

static void write_plan_counts(const struct plan_cache *cache, struct json_writer *writer) {
    size_t achievements = 0, ready = 0, invalid = 0;
    for (size_t i = 0; i < cache->workspace.plan_count; i++) {
        const struct plan *plan = &cache->entries[i]->plan;
        achievements += plan->standing_count;
        invalid += cache->entries[i]->is_loaded && !plan->is_valid;
        for (size_t k = 0; k < plan->standing_count; k++)
            ready += plan->standings[k].is_ready;
    }
    json_writer_key_unsigned(writer, "plans", cache->workspace.plan_count);
    json_writer_key_unsigned(writer, "plans_invalid", invalid);
    json_writer_key_unsigned(writer, "achievements", achievements);
    json_writer_key_unsigned(writer, "ready", ready);
}

static bool handle_stats(struct dispatch *dispatch, struct connection *connection, const struct rpc_message *message,
                         struct json_writer *writer, struct rpc_fault *fault) {
    const struct live_workspace *live = dispatch->live;
    const struct plan_cache_counters *counters = &live->cache.counters;
    (void)connection;
    (void)message;
    (void)fault;
    live_workspace_refresh(dispatch->live);
    json_writer_open_object(writer);
    write_identity(dispatch, writer);
    json_writer_key_unsigned(writer, "uptime_ms", uv_now(dispatch->loop) - dispatch->started_ms);
    write_plan_counts(&live->cache, writer);
    json_writer_key_string(writer, "watch", live->watcher.is_degraded ? "degraded" : "ok");
    json_writer_key_string(writer, "watch_reason", live->watcher.is_degraded ? live->watcher.reason : NULL);
    const struct {
        const char *name;
        uint64_t value;
    } numbers[] = {
        {"watches", live->watcher.count},
        {"watch_events", live->watcher.events},
        {"watch_overflows", live->watcher.overflows},
        {"generation", live->cache.generation},
        {"refreshes", counters->refreshes},
        {"searches", counters->searches},
        {"plans_loaded", counters->plans_loaded},
        {"plans_updated", counters->plans_updated},
        {"documents_read", counters->documents_read},
        {"folders_listed", counters->folders_listed},
        {"audits", live->audited_count},
        {"audit_differences", live->audit_differences},
        {"requests", dispatch->requests},
        {"memo_hits", dispatch->replies.hits},
        {"jobs", dispatch->jobs},
        {"connections", dispatch->listener->count},
        {"connections_accepted", dispatch->listener->accepted},
        {"connections_refused", dispatch->listener->refused},
        {"received_bytes", dispatch->listener->owner.received},
        {"unsent_bytes", dispatch->listener->owner.unsent},
        {"subscriptions", dispatch->publisher->subscription_count},
        {"events", dispatch->publisher->ring.last},
    };
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
        json_writer_key_unsigned(writer, numbers[i].name, numbers[i].value);
    auto_create_write(dispatch->auto_create, writer);
    json_writer_close_object(writer);
    return true;
}

static bool read_wants(const cJSON *names, bool wants[EVENT_TYPES], struct rpc_fault *fault) {
    for (size_t i = 0; i < EVENT_TYPES; i++)
        wants[i] = !names;
    if (names && !cJSON_IsArray(names))
        return refuse(fault, "\"events\" must be an array of types of events");
    for (const cJSON *name = names ? names->child : NULL; name; name = name->next) {
        enum event_type type;
        if (!cJSON_IsString(name) || !event_type_find(name->valuestring, &type))
            return refuse(fault, "\"events\" names a type of events that does not exist");
        wants[type] = true;
    }
    return true;
}

static bool handle_subscribe(struct dispatch *dispatch, struct connection *connection,
                             const struct rpc_message *message, struct json_writer *writer, struct rpc_fault *fault) {
    const struct event_ring *ring = &dispatch->publisher->ring;
    bool wants[EVENT_TYPES];
    const char *instance = json_get_string(message->params, "instance");
    const cJSON *since = json_get(message->params, "since");
    if (!read_wants(json_get(message->params, "events"), wants, fault))
        return false;
    if (since && json_get_unsigned(message->params, "since") == 0 &&
        !(cJSON_IsNumber(since) && since->valuedouble == 0))
        return refuse(fault, "\"since\" must be the number of an event");
    uint64_t known = since ? json_get_unsigned(message->params, "since") : ring->last;
    bool is_other = instance && strcmp(instance, ring->instance) != 0;
    bool is_lost = since && (is_other || !event_ring_follows(ring, known));
    publisher_subscribe(dispatch->publisher, connection, wants, is_lost ? ring->last : known, is_lost);
    json_writer_open_object(writer);
    json_writer_key_string(writer, "instance", ring->instance);
    json_writer_key_unsigned(writer, "seq", ring->last);
    json_writer_close_object(writer);
    return true;
}

static bool handle_unsubscribe(struct dispatch *dispatch, struct connection *connection,
                               const struct rpc_message *message, struct json_writer *writer, struct rpc_fault *fault) {
    (void)message;
    (void)fault;
    publisher_unsubscribe(dispatch->publisher, connection);
    json_writer_open_object(writer);
    json_writer_close_object(writer);
    return true;
}

/* The outcome is that of a request: an answer, with the faults of the configuration as diagnostics. */
static bool handle_reload(struct dispatch *dispatch, struct connection *connection, const struct rpc_message *message,
                          struct json_writer *writer, struct rpc_fault *fault) {
    AUTO(answer) answer = {.kind = "reload"};
    struct error error = {0};
    AUTO(buffer) text = {0};
    (void)connection;
    (void)message;
    (void)fault;
    if (!dispatch->reload(dispatch->data, &error))
        answer_fail(&answer, &error);
    answer_write(&text, &answer, NULL);
    json_writer_raw(writer, span_trim(buffer_span(&text)));
    return true;
}

static bool handle_shutdown(struct dispatch *dispatch, struct connection *connection, const struct rpc_message *message,
                            struct json_writer *writer, struct rpc_fault *fault) {
    (void)connection;
    (void)message;
    (void)fault;
    json_writer_open_object(writer);
    json_writer_close_object(writer);
    dispatch->stop(dispatch->data);
    return true;
}

static const struct {
    const char *name;
    dispatch_method *handle;
} methods[] = {
    {"hello", handle_hello},
    {"ping", handle_ping},
    {"stats", handle_stats},
    {"subscribe", handle_subscribe},
    {"unsubscribe", handle_unsubscribe},
    {"reload", handle_reload},
    {"shutdown", handle_shutdown},
};

dispatch_method *daemon_methods_find(const char *name) {
    for (size_t i = 0; i < sizeof methods / sizeof *methods; i++)
        if (strcmp(name, methods[i].name) == 0)
            return methods[i].handle;
    return NULL;
}
