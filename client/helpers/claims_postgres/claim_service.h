/*
 * The service of claims: what the helper is for. It answers the requests of one client with what the server says.
 */
#ifndef BATCHD_CLAIM_SERVICE_H
#define BATCHD_CLAIM_SERVICE_H

#include <stdint.h>

#include "base/buffer.h"
#include "helpers/claims_postgres/client_pipe.h"
#include "helpers/claims_postgres/event_watch.h"
#include "helpers/claims_postgres/server_link.h"
#include "helpers/claims_postgres/server_settings.h"

/* {.link.pipe} is valid: not greeted. */
struct claim_service {
    struct server_settings settings; /* of the last hello; without a team there was none */
    struct server_link link;
    struct event_watch watch;
};
void claim_service_release(struct claim_service *service);

/* Answer one line of the client. */
void claim_service_answer(struct claim_service *service, struct span line);
/* When claim_service_work has something to do. */
int64_t claim_service_due_ms(const struct claim_service *service);
/* What is due without a request: events, and an idle connection that is closed. */
void claim_service_work(struct claim_service *service);

#endif
