/*
 * The statement of a request: one call of a function of the schema, with its parameters. Nothing of a request becomes a
 * part of the SQL.
 */
#ifndef BATCHD_SERVER_STATEMENT_H
#define BATCHD_SERVER_STATEMENT_H

#include <stdbool.h>

#include "base/memory.h"
#include "helpers/claims_postgres/helper_request.h"
#include "helpers/claims_postgres/server_refusal.h"
#include "helpers/claims_postgres/server_settings.h"

enum { SERVER_STATEMENT_PARAMETERS_MOST = 12 };

/* {0} is valid and empty. */
struct server_statement {
    struct arena arena;
    const char *sql;
    const char *values[SERVER_STATEMENT_PARAMETERS_MOST]; /* of the arena; NULL is SQL's null */
    int count;
    bool changes; /* so an outcome can be unknown */
};
void server_statement_release(struct server_statement *statement);

/* Is it one of the requests that become a statement: take, renew, end, force, list? */
bool server_statement_is_known(const char *op);
/* False with BAD. @epoch is borrowed. */
bool server_statement_make(struct server_statement *statement, struct helper_request *request,
                           const struct server_settings *settings, const char *epoch, struct server_refusal *refusal);
/* Of a list: ask for half a page. False if it is one claim already, or another statement. */
bool server_statement_halve(struct server_statement *statement);

/* The greeting of a connection, which also sets what the session needs. */
void server_statement_greet(struct server_statement *statement, const struct server_settings *settings);
void server_statement_listen(struct server_statement *statement, const struct server_settings *settings);
/* Events after the number @after and its @mark, which may be NULL. */
void server_statement_events(struct server_statement *statement, const struct server_settings *settings, uint64_t after,
                             const char *mark, unsigned most);
void server_statement_sweep(struct server_statement *statement, const struct server_settings *settings,
                            const char *epoch);

#endif
