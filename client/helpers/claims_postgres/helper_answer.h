/*
 * Answers of the helper: each is one line, with the "n" of its request; and the lines that no request asked for.
 */
#ifndef BATCHD_HELPER_ANSWER_H
#define BATCHD_HELPER_ANSWER_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "helpers/claims_postgres/client_pipe.h"
#include "helpers/claims_postgres/helper_request.h"
#include "helpers/claims_postgres/server_refusal.h"

/* {"n": N, "ok": VALUE}. False, and nothing is written, if the line would be too long. @value is JSON on one line. */
bool helper_answer_ok(struct client_pipe *pipe, const struct helper_request *request, struct span value);
/* {"n": N, "error": {...}}; n is null if the request had none. */
void helper_answer_refusal(struct client_pipe *pipe, const struct helper_request *request,
                           const struct server_refusal *refusal);

/* {"event": EVENT}, as the server gave it */
void helper_answer_event(struct client_pipe *pipe, struct span event);
/* {"resync": REASON} */
void helper_answer_resync(struct client_pipe *pipe, const char *reason);
/* {"state": "unreachable", "since": NOW, "code", "message"} */
void helper_answer_unreachable(struct client_pipe *pipe, const struct server_refusal *refusal);
/* {"state": "connected"} */
void helper_answer_connected(struct client_pipe *pipe);

#endif
