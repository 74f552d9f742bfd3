/*
 * The claims of a team on the wire: members of requests to a claims helper, and claims in its answers, as
 * docs/claims-helper-protocol.md has them. What comes is foreign, and checked.
 */
#ifndef BATCHD_CLAIM_TEAM_WIRE_H
#define BATCHD_CLAIM_TEAM_WIRE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_handle.h"
#include "format/json.h"
#include "format/json_writer.h"

/*
 * A claim as a record of this machine: one that the server calls held holds beyond @moment here. Texts in @arena. False
 * if it is none.
 */
bool claim_team_wire_read(struct claim_record *record, struct arena *arena, const cJSON *claim,
                          const struct claim_moment *moment);

/* The member of @refused or @lost: what it says of the achievement's claim. NONE if it is no such word. */
enum claim_reason claim_team_wire_reason(const char *word);

/* Members of requests, each in an object that the caller has opened. @pasts: the fence of each candidate's mark. */
void claim_team_wire_take(struct json_writer *writer, const struct claim_taker *taker, const char *nonce,
                          const struct claim_candidate *candidates, const uint64_t *pasts, size_t count);
void claim_team_wire_handle(struct json_writer *writer, const struct claim_handle *handle);
/* @mark: what is finished, of DONE; or NULL. */
void claim_team_wire_end(struct json_writer *writer, const struct claim_end *end, const struct claim_mark *mark);

#endif
