/*
 * A refusal: why a request was not answered, in the words of the protocol for claims helpers, from the SQLSTATE of an
 * error of the server or from the message of a connection that could not be made.
 */
#ifndef BATCHD_SERVER_REFUSAL_H
#define BATCHD_SERVER_REFUSAL_H

#include <libpq-fe.h>
#include <stdbool.h>

#include "base/buffer.h"

enum refusal_code {
    REFUSAL_NONE,
    REFUSAL_UNAVAILABLE, /* no server, or it does not take requests now */
    REFUSAL_TIMEOUT,     /* no answer in time */
    REFUSAL_SETTLING,    /* a new epoch: nothing is taken yet */
    REFUSAL_DENIED,      /* login, certificate, team, grant */
    REFUSAL_EPOCH,       /* another epoch since the last answer */
    REFUSAL_UNSUPPORTED, /* another protocol, or another schema on the server */
    REFUSAL_BAD,         /* the request */
    REFUSAL_INTERNAL,
};

/* {0} is no refusal. */
struct server_refusal {
    enum refusal_code code;
    bool is_outcome_unknown; /* the server may have done what was asked */
    struct buffer message;   /* one line, without secrets and without the contents of rows */
    struct buffer epoch;     /* of EPOCH: the new one */
};
void server_refusal_release(struct server_refusal *refusal);

/* "unavailable", ... */
const char *server_refusal_name(enum refusal_code code);

/* All return false. */
bool server_refusal_set(struct server_refusal *refusal, enum refusal_code code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* For a connection to @target that has failed; made with PQERRORS_SQLSTATE. */
bool server_refusal_of_connection(struct server_refusal *refusal, PGconn *connection, const char *target);
/* For a result with an error, or NULL: the connection was lost. */
bool server_refusal_of_result(struct server_refusal *refusal, const PGresult *result);
/* For the word of an answer {"error": WORD}. */
bool server_refusal_of_word(struct server_refusal *refusal, const char *word, const char *team);

#endif
