#include "helpers/claims_postgres/server_refusal.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/text.h"

enum { SQLSTATE_LENGTH = 5 };

void server_refusal_release(struct server_refusal *refusal) {
    buffer_release(&refusal->message);
    buffer_release(&refusal->epoch);
    *refusal = (struct server_refusal){0};
}

const char *server_refusal_name(enum refusal_code code) {
    static const char *const names[] = {
        [REFUSAL_NONE] = "none",
        [REFUSAL_UNAVAILABLE] = "unavailable",
        [REFUSAL_TIMEOUT] = "timeout",
        [REFUSAL_SETTLING] = "settling",
        [REFUSAL_DENIED] = "denied",
        [REFUSAL_EPOCH] = "epoch",
        [REFUSAL_UNSUPPORTED] = "unsupported",
        [REFUSAL_BAD] = "bad",
        [REFUSAL_INTERNAL] = "internal",
    };
    return names[code];
}

bool server_refusal_set(struct server_refusal *refusal, enum refusal_code code, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buffer_clear(&refusal->message);
    buffer_append_arguments(&refusal->message, format, arguments);
    va_end(arguments);
    refusal->code = code;
    return false;
}

/* --- SQLSTATE: https://www.postgresql.org/docs/current/errcodes-appendix.html --- */

struct sqlstate_row {
    const char *prefix;
    enum refusal_code code;
};

/* The first row that fits. */
static const struct sqlstate_row sqlstate_rows[] = {
    {"08", REFUSAL_UNAVAILABLE},    /* connection */
    {"22", REFUSAL_BAD},            /* data */
    {"23", REFUSAL_BAD},            /* a constraint */
    {"25006", REFUSAL_UNAVAILABLE}, /* read-only: a standby */
    {"28", REFUSAL_DENIED},         /* login */
    {"3D000", REFUSAL_DENIED},      /* no such database: the service or the URL is wrong */
    {"3F000", REFUSAL_UNSUPPORTED}, /* no schema "batchd" */
    {"40", REFUSAL_UNAVAILABLE},    /* rolled back */
    {"42501", REFUSAL_DENIED},      /* no grant */
    {"42883", REFUSAL_UNSUPPORTED}, /* no such function */
    {"53", REFUSAL_UNAVAILABLE},    /* connections, memory, disk */
    {"55", REFUSAL_UNAVAILABLE},    /* locked, or in recovery */
    {"57", REFUSAL_UNAVAILABLE},    /* cancelled, shut down */
    {"58", REFUSAL_UNAVAILABLE},    /* I/O */
};

static enum refusal_code code_of_sqlstate(const char *sqlstate) {
    for (size_t i = 0; i < sizeof sqlstate_rows / sizeof *sqlstate_rows; i++)
        if (strncmp(sqlstate, sqlstate_rows[i].prefix, strlen(sqlstate_rows[i].prefix)) == 0)
            return sqlstate_rows[i].code;
    return REFUSAL_INTERNAL;
}

/* --- connections --- */

/* The SQLSTATE at the end of @line, "FATAL:  28P01", or NULL. */
static const char *sqlstate_of_line(struct span line) {
    static const char before[] = ":  ";
    enum { LEAST = sizeof before - 1 + SQLSTATE_LENGTH };
    if (line.length < LEAST || memcmp(line.data + line.length - LEAST, before, sizeof before - 1) != 0)
        return NULL;
    const char *state = line.data + line.length - SQLSTATE_LENGTH;
    for (size_t i = 0; i < SQLSTATE_LENGTH; i++)
        if (!isdigit((unsigned char)state[i]) && !isupper((unsigned char)state[i]))
            return NULL;
    return state;
}

/* The last one, that of the last host. Without one the message is libpq's. */
static const char *sqlstate_of_message(const char *message) {
    const char *found = NULL;
    struct span rest = span_of(message), line;
    while (span_next_line(&rest, &line)) {
        const char *state = sqlstate_of_line(line);
        found = state ? state : found;
    }
    return found;
}

/* libpq has no codes for these. The program never calls setlocale(), so its messages are in English. */
static bool is_about_login(const PGconn *connection, const char *message) {
    static const char *const parts[] = {"certificate",     "does not support SSL", "no password supplied",
                                        "channel binding", "authentication",       "definition of service",
                                        " alert " /* of TLS: "unknown ca" */};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (strstr(message, parts[i]))
            return true;
    return PQconnectionNeedsPassword(connection);
}

static const char *meaning_of_sqlstate(const char *sqlstate) {
    if (strncmp(sqlstate, "28", 2) == 0)
        return "the server refuses the login; check user and password (~/.pgpass, ~/.pg_service.conf, PGPASSFILE), the "
               "client certificate, and pg_hba.conf on the server";
    if (strncmp(sqlstate, "3D000", SQLSTATE_LENGTH) == 0)
        return "there is no such database; check the service or the URL";
    if (strncmp(sqlstate, "53300", SQLSTATE_LENGTH) == 0)
        return "the server has too many connections";
    if (strncmp(sqlstate, "57P03", SQLSTATE_LENGTH) == 0)
        return "the server is starting or stopping";
    return "the server has refused the connection";
}

/* Appends libpq's message on one line, without what it begins with: "connection to server at HOST failed: ". */
static void append_message(struct buffer *text, const char *message) {
    static const char beginning[] = " failed: ";
    const char *found = strstr(message, beginning);
    struct span rest = span_trim(span_of(found ? found + strlen(beginning) : message));
    text_append_visible(text, rest);
}

bool server_refusal_of_connection(struct server_refusal *refusal, PGconn *connection, const char *target) {
    const char *message = PQerrorMessage(connection);
    const char *sqlstate = sqlstate_of_message(message);
    if (sqlstate)
        return server_refusal_set(refusal, code_of_sqlstate(sqlstate), "could not connect to %s: %s (SQLSTATE %.5s)",
                                  target, meaning_of_sqlstate(sqlstate), sqlstate);
    enum refusal_code code = is_about_login(connection, message) ? REFUSAL_DENIED : REFUSAL_UNAVAILABLE;
    server_refusal_set(refusal, code, "could not connect to %s: ", target);
    append_message(&refusal->message, message);
    return false;
}

/* --- answers --- */

/* Of an error of the server only the primary message: its detail quotes rows. */
bool server_refusal_of_result(struct server_refusal *refusal, const PGresult *result) {
    const char *sqlstate = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : NULL;
    if (!sqlstate) {
        refusal->is_outcome_unknown = true;
        return server_refusal_set(refusal, REFUSAL_UNAVAILABLE, "the connection to the server was lost");
    }
    enum refusal_code code = code_of_sqlstate(sqlstate);
    const char *hint = code == REFUSAL_DENIED        ? "; check that the login is a member of the team's role"
                       : code == REFUSAL_UNSUPPORTED ? "; is the schema of batchd installed there (schema.sql)?"
                                                     : "";
    server_refusal_set(refusal, code, "%s", "");
    text_append_visible(&refusal->message, span_of(PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY)));
    buffer_append_format(&refusal->message, "%s (SQLSTATE %s)", hint, sqlstate);
    return false;
}

bool server_refusal_of_word(struct server_refusal *refusal, const char *word, const char *team) {
    if (strcmp(word, "team") == 0)
        return server_refusal_set(refusal, REFUSAL_DENIED,
                                  "there is no team %s, or this login is not a member of its role", team);
    if (strcmp(word, "epoch") == 0)
        return server_refusal_set(refusal, REFUSAL_EPOCH, "the server has a new epoch");
    if (strcmp(word, "settling") == 0)
        return server_refusal_set(refusal, REFUSAL_SETTLING,
                                  "the server has a new epoch: nothing can be taken until claims have been renewed");
    if (strcmp(word, "bad") == 0)
        return server_refusal_set(refusal, REFUSAL_BAD, "the server refuses the request");
    return server_refusal_set(refusal, REFUSAL_INTERNAL, "the server has answered with an unknown error");
}
