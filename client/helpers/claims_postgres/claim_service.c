#include "helpers/claims_postgres/claim_service.h"

#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "base/version.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "helpers/claims_postgres/helper_answer.h"
#include "helpers/claims_postgres/helper_request.h"
#include "helpers/claims_postgres/server_refusal.h"
#include "helpers/claims_postgres/server_statement.h"

enum { IDLE_MS_MOST = 10000 }; /* a client that renews now and then occupies no connection meanwhile */

void claim_service_release(struct claim_service *service) {
    event_watch_release(&service->watch);
    server_link_release(&service->link);
    server_settings_release(&service->settings);
}

static int64_t deadline_of(const struct claim_service *service) {
    return clock_now_ms() + service->settings.timeout_ms;
}

/* --- hello --- */

static void write_warning(struct json_writer *writer, const char *code, const char *message) {
    json_writer_open_object(writer);
    json_writer_key_string(writer, "code", code);
    json_writer_key_string(writer, "message", message);
    json_writer_close_object(writer);
}

static void write_warnings(struct json_writer *writer, const struct claim_service *service, const cJSON *greeted) {
    json_writer_key_array(writer, "warnings");
    if (!json_get_boolean(greeted, "fsync"))
        write_warning(writer, "team.fsync", "fsync is off: the server can lose claims that it has acknowledged");
    if (!server_settings_is_verified(service->link.connection))
        write_warning(writer, "team.insecure", "the identity of the server is not verified");
    json_writer_close_array(writer);
}

static void write_server(struct json_writer *writer, const struct claim_service *service, const cJSON *greeted) {
    PGconn *connection = service->link.connection;
    json_writer_key_object(writer, "server");
    json_writer_key_string(writer, "host", PQhost(connection));
    json_writer_key_string(writer, "port", PQport(connection));
    json_writer_key_string(writer, "database", PQdb(connection));
    json_writer_key_string(writer, "login", json_get_string(greeted, "login"));
    json_writer_key_string(writer, "version", json_get_string(greeted, "version"));
    json_writer_key_unsigned(writer, "schema", json_get_unsigned(greeted, "schema"));
    json_writer_key_string(writer, "tls", PQsslInUse(connection) ? PQsslAttribute(connection, "protocol") : NULL);
    json_writer_key_boolean(writer, "fsync", json_get_boolean(greeted, "fsync"));
    json_writer_key_string(writer, "synchronous_standby_names", json_get_string(greeted, "synchronous_standby_names"));
    json_writer_close_object(writer);
}

static void write_capabilities(struct json_writer *writer) {
    static const char *const capabilities[] = {"take", "renew", "end", "force", "list", "subscribe"};
    json_writer_key_array(writer, "capabilities");
    for (size_t i = 0; i < sizeof capabilities / sizeof *capabilities; i++)
        json_writer_string(writer, capabilities[i]);
    json_writer_close_array(writer);
}

static void answer_hello(struct claim_service *service, const struct helper_request *request) {
    AUTO(json) json = {0};
    json_read_ours(&json, buffer_span(&service->link.greeted));
    AUTO(buffer) helper = {0};
    buffer_append_format(&helper, "postgres %s", program_version);
    AUTO(buffer) value = {0};
    struct json_writer writer = {.buffer = &value};
    json_writer_open_object(&writer);
    json_writer_key_unsigned(&writer, "protocol", HELPER_PROTOCOL);
    json_writer_key_string(&writer, "helper", buffer_text(&helper));
    write_capabilities(&writer);
    json_writer_key_string(&writer, "epoch", buffer_text(&service->link.epoch));
    json_writer_key_unsigned(&writer, "seq", json_get_unsigned(json.root, "seq"));
    json_writer_key_string(&writer, "mark", json_get_string(json.root, "mark"));
    json_writer_key_string(&writer, "now", json_get_string(json.root, "now"));
    write_server(&writer, service, json.root);
    write_warnings(&writer, service, json.root);
    json_writer_close_object(&writer);
    helper_answer_ok(service->link.pipe, request, buffer_span(&value));
}

static bool speaks_protocol(const cJSON *hello) {
    const cJSON *version;
    cJSON_ArrayForEach(version, json_get(hello, "protocol")) {
        if (cJSON_IsNumber(version) && version->valuedouble == HELPER_PROTOCOL)
            return true;
    }
    return false;
}

/* Another hello is another connection, perhaps to another server: what was known is forgotten. */
static void begin_again(struct claim_service *service, struct server_settings *settings) {
    struct client_pipe *pipe = service->link.pipe;
    claim_service_release(service);
    service->settings = *settings;
    service->link = (struct server_link){.pipe = pipe, .settings = &service->settings};
    *settings = (struct server_settings){0};
}

static bool hello(struct claim_service *service, struct helper_request *request, struct server_refusal *refusal) {
    if (!speaks_protocol(request->json.root))
        return server_refusal_set(refusal, REFUSAL_UNSUPPORTED, "this helper needs protocol %d", HELPER_PROTOCOL);
    AUTO(server_settings) settings = {0};
    if (!server_settings_read(&settings, request->json.root, refusal))
        return false;
    begin_again(service, &settings);
    if (!server_link_open(&service->link, deadline_of(service), refusal))
        return false;
    answer_hello(service, request);
    return true;
}

/* --- the other requests --- */

/* The client has to renew what it holds before it goes on, once an epoch. */
static bool refuse_epoch(struct claim_service *service, struct server_refusal *refusal) {
    service->link.is_epoch_new = false;
    buffer_append_span(&refusal->epoch, buffer_span(&service->link.epoch));
    return server_refusal_of_word(refusal, "epoch", service->settings.team);
}

static bool open_link(struct claim_service *service, int64_t deadline_ms, struct server_refusal *refusal) {
    if (!server_link_open(&service->link, deadline_ms, refusal))
        return false;
    return !service->link.is_epoch_new || refuse_epoch(service, refusal);
}

/* A statement whose epoch has passed was not executed. */
static bool call(struct claim_service *service, struct server_statement *statement, int64_t deadline_ms,
                 struct buffer *answer, struct server_refusal *refusal) {
    if (server_link_call(&service->link, statement, deadline_ms, answer, refusal))
        return true;
    if (refusal->code != REFUSAL_EPOCH)
        return false;
    return server_link_greet(&service->link, deadline_ms, refusal) && refuse_epoch(service, refusal);
}

static bool is_json(struct span text) {
    AUTO(json) json = {0};
    return json_read_ours(&json, text);
}

/* A page that does not fit in a line is asked for again, half as long. */
static bool answer_statement(struct claim_service *service, struct helper_request *request,
                             struct server_refusal *refusal) {
    AUTO(server_statement) statement = {0};
    AUTO(buffer) answer = {0};
    int64_t deadline_ms = deadline_of(service);
    if (!open_link(service, deadline_ms, refusal) ||
        !server_statement_make(&statement, request, &service->settings, buffer_text(&service->link.epoch), refusal))
        return false;
    do {
        if (!call(service, &statement, deadline_ms, &answer, refusal))
            return false;
        if (!is_json(buffer_span(&answer)))
            return server_refusal_set(refusal, REFUSAL_INTERNAL,
                                      "the server has answered with something else than JSON");
        if (helper_answer_ok(service->link.pipe, request, buffer_span(&answer)))
            return true;
    } while (server_statement_halve(&statement));
    return server_refusal_set(refusal, REFUSAL_BAD, "the answer is larger than a line: ask for less at once");
}

static bool subscribe(struct claim_service *service, struct helper_request *request, struct server_refusal *refusal) {
    int64_t deadline_ms = deadline_of(service);
    return open_link(service, deadline_ms, refusal) &&
           event_watch_start(&service->watch, request, &service->link, deadline_ms, refusal);
}

static bool answer_request(struct claim_service *service, struct helper_request *request,
                           struct server_refusal *refusal) {
    if (strcmp(request->op, "hello") == 0)
        return hello(service, request, refusal);
    bool is_subscribe = strcmp(request->op, "subscribe") == 0;
    if (!is_subscribe && !server_statement_is_known(request->op))
        return server_refusal_set(refusal, REFUSAL_UNSUPPORTED, "this helper does not know the \"op\"");
    if (!service->settings.team)
        return server_refusal_set(refusal, REFUSAL_BAD, "the first request is hello");
    return is_subscribe ? subscribe(service, request, refusal) : answer_statement(service, request, refusal);
}

void claim_service_answer(struct claim_service *service, struct span line) {
    AUTO(helper_request) request = {0};
    AUTO(server_refusal) refusal = {0};
    if (!helper_request_read(&request, line, &refusal) || !answer_request(service, &request, &refusal))
        helper_answer_refusal(service->link.pipe, &request, &refusal);
}

/* --- without a request --- */

static int64_t idle_at_ms(const struct claim_service *service) {
    return service->link.connection && !service->watch.is_on ? service->link.used_at_ms + IDLE_MS_MOST : INT64_MAX;
}

int64_t claim_service_due_ms(const struct claim_service *service) {
    int64_t idle_ms = idle_at_ms(service);
    int64_t watch_ms = event_watch_due_ms(&service->watch, &service->link);
    return idle_ms < watch_ms ? idle_ms : watch_ms;
}

void claim_service_work(struct claim_service *service) {
    if (service->link.connection)
        server_link_drain(&service->link);
    if (clock_now_ms() >= idle_at_ms(service))
        server_link_close(&service->link);
    if (clock_now_ms() >= event_watch_due_ms(&service->watch, &service->link))
        event_watch_step(&service->watch, &service->link);
}
