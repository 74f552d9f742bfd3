/*
 * Requests to the server of a team, and its answers about one claim as the reply of an authority.
 */
#ifndef BATCHD_CLAIM_TEAM_REQUEST_H
#define BATCHD_CLAIM_TEAM_REQUEST_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_handle.h"
#include "claims/claim_helper.h"
#include "claims/claim_refusal.h"
#include "claims/claim_team_link.h"
#include "format/json.h"
#include "format/json_writer.h"

/* An open object with "op", in @request. */
struct json_writer claim_team_request_begin(struct buffer *request, const char *op);

/* Send it; as claim_team_link_ask, with the reason in @reply, which may be NULL. */
bool claim_team_request_send(struct claim_team_link *link, const struct buffer *request,
                             struct claim_helper_line *answer, const cJSON **ok, struct claim_reply *reply,
                             struct error *error);

/* The claim @node as the record of @reply. Null is an empty one; false if it is none. */
bool claim_team_request_read(struct claim_team_link *link, struct claim_reply *reply, const cJSON *node,
                             struct error *error);

/* Set @reason, and the error that it is. Always returns false. */
bool claim_team_request_refuse(struct claim_reply *reply, enum claim_reason reason, const struct claim_subject *subject,
                               struct error *error);

/* Renew one claim. */
bool claim_team_request_renew(struct claim_team_link *link, const struct claim_handle *handle,
                              struct claim_reply *reply, struct error *error);

/* End one claim; @mark: what is finished, of DONE, or NULL. */
bool claim_team_request_end(struct claim_team_link *link, const struct claim_handle *handle,
                            const struct claim_end *end, const struct claim_mark *mark, struct claim_reply *reply,
                            struct error *error);

#endif
