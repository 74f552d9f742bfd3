/*
 * The settings of a connection: which server and team, from the "config" of a hello, and who connects. Only libpq reads
 * passwords, by its means: a file, a service, the environment.
 */
#ifndef BATCHD_SERVER_SETTINGS_H
#define BATCHD_SERVER_SETTINGS_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "format/json.h"
#include "helpers/claims_postgres/server_refusal.h"

/* {0} is valid and empty. Texts are of the arena. */
struct server_settings {
    struct arena arena;
    const char *team;
    const char *service, *url; /* one of them; the other is NULL */
    const char *target;        /* for messages: "service:NAME" or the host */
    const char *workspace;     /* the key of the workspace on the server */
    const char *host;          /* this machine, or NULL */
    const char *agent;         /* the client's name and version */
    int64_t timeout_ms;        /* of a request, the connection included */
    bool is_insecure;          /* TLS is not required: the user's configuration says so */
};
void server_settings_release(struct server_settings *settings);

/* From a hello. False with BAD; @settings, which is empty before, is empty then. */
bool server_settings_read(struct server_settings *settings, const cJSON *hello, struct server_refusal *refusal);

/* Begin to connect, without waiting but for names of hosts. NULL with BAD or INTERNAL. The caller owns it. */
PGconn *server_settings_connect(const struct server_settings *settings, struct server_refusal *refusal);

/* Is the server's identity checked, or at the other end of a Unix socket? Asked of libpq, before it has sent a
 * password. */
bool server_settings_is_verified(PGconn *connection);

#endif
