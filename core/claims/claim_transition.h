/*
 * The transitions of a claim: what a decision makes of a record, without disk, lock or clock. Each checks what it needs
 * and returns the reason against it, or NONE: then the record is as it will be written.
 */
#ifndef BATCHD_CLAIM_TRANSITION_H
#define BATCHD_CLAIM_TRANSITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/digest.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "claims/claim_handle.h"
#include "plan/plan.h"
#include "plan/standing.h"

/* Is the handle that of the last claim, and has that not ended? @record may be empty. */
enum claim_reason claim_transition_check(const struct claim_record *record, const struct claim_handle *handle);

/*
 * A new claim. @secret: the digest of its secret. The taker's texts were checked. @standing: of the achievement as the
 * taker has it.
 */
enum claim_reason claim_transition_take(struct claim_record *record, const struct claim_taker *taker,
                                        enum claim_kind kind, const struct standing *standing,
                                        const char secret[DIGEST_SHA_TEXT], const struct claim_moment *moment);

/* @is_late: it had run out, and lives on. A keeper that is dead is its keeper no more. */
enum claim_reason claim_transition_renew(struct claim_record *record, const struct claim_handle *handle,
                                         const char *note, const struct claim_moment *moment, bool *is_late);

/* @standing: of DONE. @is_repeated: it had ended like this already, and nothing is to be written. */
enum claim_reason claim_transition_end(struct claim_record *record, const struct claim_handle *handle,
                                       const struct claim_end *end, const struct standing *standing,
                                       const struct claim_moment *moment, bool *is_repeated);

/* Set the mark that the claim in the record leaves, which ends as done. */
void claim_transition_mark(struct claim_record *record, const struct claim_end *end, const struct standing *standing,
                           const struct claim_moment *moment);

/* GONE if there is no live claim. */
enum claim_reason claim_transition_force(struct claim_record *record, uint64_t fence, const char *by, const char *note,
                                         const struct claim_moment *moment);
/* In the place of a record that is damaged. */
void claim_transition_replace(struct claim_record *record, const char *plan, const char *id, const char *by,
                              const char *note, const struct claim_moment *moment);

/* GONE if there is no mark. */
enum claim_reason claim_transition_forget(struct claim_record *record, uint64_t fence);

#endif
