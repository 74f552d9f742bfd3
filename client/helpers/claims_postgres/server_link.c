#include "helpers/claims_postgres/server_link.h"

#include <poll.h>
#include <string.h>

#include "base/auto.h"
#include "base/clock.h"
#include "format/json.h"

enum { SILENT_MS_MOST = 1000 }; /* of a host in the background: the link is there again within two seconds */

static void clear_result(PGresult **result) {
    PQclear(*result);
}
#define AUTO_RESULT AUTO_CALL(clear_result)

void server_link_close(struct server_link *link) {
    PQfinish(link->connection);
    link->connection = NULL;
    link->is_listening = false;
}

void server_link_release(struct server_link *link) {
    server_link_close(link);
    buffer_release(&link->epoch);
    buffer_release(&link->greeted);
}

int server_link_socket(const struct server_link *link) {
    return link->connection ? PQsocket(link->connection) : -1;
}

/* --- connecting --- */

static bool fail_to_connect(struct server_link *link, struct server_refusal *refusal) {
    server_refusal_of_connection(refusal, link->connection, link->settings->target);
    server_link_close(link);
    return false;
}

static bool fail_in_silence(struct server_link *link, struct server_refusal *refusal) {
    server_link_close(link);
    return server_refusal_set(refusal, REFUSAL_UNAVAILABLE, "could not connect to %s: timeout", link->settings->target);
}

/* Before libpq has sent a password. */
static bool check_identity(struct server_link *link, struct server_refusal *refusal) {
    if (link->settings->is_insecure || server_settings_is_verified(link->connection))
        return true;
    server_link_close(link);
    return server_refusal_set(
        refusal, REFUSAL_DENIED,
        "the connection to %s would not be verified: it needs sslmode=verify-full, or a Unix socket",
        link->settings->target);
}

static bool connect_within(struct server_link *link, int64_t deadline_ms, bool in_background,
                           struct server_refusal *refusal) {
    link->connection = server_settings_connect(link->settings, refusal);
    if (!link->connection)
        return false;
    if (PQstatus(link->connection) == CONNECTION_BAD)
        return fail_to_connect(link, refusal);
    if (!check_identity(link, refusal))
        return false;
    int64_t silent_at_ms = in_background ? clock_now_ms() + SILENT_MS_MOST : INT64_MAX;
    PostgresPollingStatusType status = PGRES_POLLING_WRITING;
    while (status != PGRES_POLLING_OK) {
        bool is_silent = PQstatus(link->connection) == CONNECTION_STARTED;
        int64_t limit_ms = is_silent && silent_at_ms < deadline_ms ? silent_at_ms : deadline_ms;
        short events = status == PGRES_POLLING_READING ? POLLIN : POLLOUT;
        if (!client_pipe_wait_socket(link->pipe, PQsocket(link->connection), events, limit_ms, in_background))
            return fail_in_silence(link, refusal);
        status = PQconnectPoll(link->connection);
        if (status == PGRES_POLLING_FAILED)
            return fail_to_connect(link, refusal);
    }
    PQsetnonblocking(link->connection, 1);
    return true;
}

/* --- statements --- */

/* They come with any answer, too, and then no socket wakes the program. */
static void collect_notifications(struct server_link *link) {
    for (PGnotify *notify; (notify = PQnotifies(link->connection)); PQfreemem(notify))
        link->is_notified = true;
}

/*
 * Wait until @events are possible on the socket. False at the deadline. A connection that is lost has no socket: libpq
 * then answers without waiting.
 */
static bool wait_for(struct server_link *link, short events, int64_t deadline_ms) {
    int socket = PQsocket(link->connection);
    if (socket >= 0 && !client_pipe_wait_socket(link->pipe, socket, events, deadline_ms, false))
        return false;
    PQconsumeInput(link->connection);
    return true;
}

static bool send_all(struct server_link *link, int64_t deadline_ms) {
    int left;
    while ((left = PQflush(link->connection)) > 0)
        if (!wait_for(link, POLLIN | POLLOUT, deadline_ms))
            return false;
    return left == 0;
}

static bool wait_for_result(struct server_link *link, int64_t deadline_ms) {
    while (PQsocket(link->connection) >= 0 && PQisBusy(link->connection))
        if (!wait_for(link, POLLIN, deadline_ms))
            return false;
    return true;
}

/* There was no answer in time. Whether the server has done it is unknown. */
static bool give_up(struct server_link *link, const struct server_statement *statement,
                    struct server_refusal *refusal) {
    bool is_lost = PQstatus(link->connection) == CONNECTION_BAD;
    server_link_close(link);
    refusal->is_outcome_unknown = statement->changes;
    if (is_lost)
        return server_refusal_set(refusal, REFUSAL_UNAVAILABLE, "the connection to the server was lost");
    return server_refusal_set(refusal, REFUSAL_TIMEOUT, "no answer from the server within %lld ms",
                              (long long)link->settings->timeout_ms);
}

/* The first result; the others, which follow only in an error, are dropped. NULL at the deadline. */
static PGresult *execute(struct server_link *link, const struct server_statement *statement, int64_t deadline_ms) {
    PGconn *connection = link->connection;
    if (!PQsendQueryParams(connection, statement->sql, statement->count, NULL, statement->values, NULL, NULL, 0) ||
        !send_all(link, deadline_ms))
        return NULL;
    PGresult *first = NULL;
    while (wait_for_result(link, deadline_ms)) {
        AUTO_RESULT PGresult *result = PQgetResult(connection);
        if (!result)
            return first;
        if (!first) {
            first = result;
            result = NULL;
        }
    }
    PQclear(first);
    return NULL;
}

static bool read_result(struct server_link *link, const PGresult *result, struct buffer *answer,
                        struct server_refusal *refusal) {
    ExecStatusType status = PQresultStatus(result);
    if (status == PGRES_COMMAND_OK)
        return true;
    if (status != PGRES_TUPLES_OK) {
        server_refusal_of_result(refusal, result);
        if (PQstatus(link->connection) == CONNECTION_BAD) /* a FATAL error, perhaps after the commit */
            refusal->is_outcome_unknown = true;
        return false;
    }
    if (PQntuples(result) != 1 || PQnfields(result) != 1 || PQgetisnull(result, 0, 0))
        return server_refusal_set(refusal, REFUSAL_INTERNAL,
                                  "the server has answered with something else than a value");
    buffer_append(answer, PQgetvalue(result, 0, 0), (size_t)PQgetlength(result, 0, 0));
    if (memchr(buffer_text(answer), '\n', answer->length))
        return server_refusal_set(refusal, REFUSAL_INTERNAL, "the server has answered with more than one line");
    return true;
}

/* A refusal of the schema is {"error": WORD}, without other members. */
static bool check_word(struct server_link *link, const struct buffer *answer, struct server_refusal *refusal) {
    if (!span_starts_with(buffer_span(answer), "{\"error\""))
        return true;
    AUTO(json) json = {0};
    const char *word = json_read_ours(&json, buffer_span(answer)) ? json_get_string(json.root, "error") : NULL;
    return server_refusal_of_word(refusal, word ? word : "", link->settings->team);
}

bool server_link_call(struct server_link *link, const struct server_statement *statement, int64_t deadline_ms,
                      struct buffer *answer, struct server_refusal *refusal) {
    buffer_clear(answer);
    AUTO_RESULT PGresult *result = execute(link, statement, deadline_ms);
    if (!result)
        return give_up(link, statement, refusal);
    link->used_at_ms = clock_now_ms();
    collect_notifications(link);
    bool is_read = read_result(link, result, answer, refusal);
    if (!is_read && !statement->changes)
        refusal->is_outcome_unknown = false;
    if (PQstatus(link->connection) == CONNECTION_BAD)
        server_link_close(link);
    return is_read && check_word(link, answer, refusal);
}

/* --- greeting --- */

static bool read_greeting(struct server_link *link, struct server_refusal *refusal) {
    AUTO(json) json = {0};
    const char *epoch = json_read_ours(&json, buffer_span(&link->greeted)) ? json_get_string(json.root, "epoch") : NULL;
    if (!epoch)
        return server_refusal_set(refusal, REFUSAL_INTERNAL, "the server's greeting has no epoch");
    size_t schema = json_get_unsigned(json.root, "schema");
    if (schema != SERVER_LINK_SCHEMA)
        return server_refusal_set(refusal, REFUSAL_UNSUPPORTED,
                                  "the server has version %zu of schema.sql, this program needs version %d", schema,
                                  SERVER_LINK_SCHEMA);
    if (link->epoch.length && strcmp(buffer_text(&link->epoch), epoch) != 0)
        link->is_epoch_new = true;
    buffer_clear(&link->epoch);
    buffer_append_string(&link->epoch, epoch);
    return true;
}

bool server_link_greet(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal) {
    AUTO(server_statement) statement = {0};
    server_statement_greet(&statement, link->settings);
    if (server_link_call(link, &statement, deadline_ms, &link->greeted, refusal) && read_greeting(link, refusal))
        return true;
    server_link_close(link);
    return false;
}

static bool open_link(struct server_link *link, int64_t deadline_ms, bool in_background,
                      struct server_refusal *refusal) {
    if (link->connection)
        return true;
    return connect_within(link, deadline_ms, in_background, refusal) && server_link_greet(link, deadline_ms, refusal);
}

bool server_link_open(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal) {
    return open_link(link, deadline_ms, false, refusal);
}

bool server_link_try_open(struct server_link *link, int64_t deadline_ms, struct server_refusal *refusal) {
    return open_link(link, deadline_ms, true, refusal);
}

void server_link_drain(struct server_link *link) {
    bool is_alive = PQconsumeInput(link->connection);
    collect_notifications(link);
    if (!is_alive || PQstatus(link->connection) == CONNECTION_BAD)
        server_link_close(link);
}
