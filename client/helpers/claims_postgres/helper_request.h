/*
 * A request of the client: one line of JSON. Every request has "n", which its answer repeats, and "op".
 */
#ifndef BATCHD_HELPER_REQUEST_H
#define BATCHD_HELPER_REQUEST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "format/json.h"
#include "helpers/claims_postgres/server_refusal.h"

enum { HELPER_PROTOCOL = 1 };

/* {0} is valid and empty. Borrows the line. */
struct helper_request {
    struct json json;
    bool has_number;
    uint64_t number; /* "n" */
    const char *op;
};
void helper_request_release(struct helper_request *request);

/* False with BAD. Then the number is there if it could be read. */
bool helper_request_read(struct helper_request *request, struct span line, struct server_refusal *refusal);

/* A member that is a number of the protocol: a whole one from 0 to 2^53. */
bool helper_request_is_whole(const cJSON *member);
/* The bytes of a member in the line. */
struct span helper_request_text(struct json *json, const cJSON *member);

#endif
