/*
 * A refusal in words: why a claim cannot be taken, renewed or ended, as the error of its reason.
 */
#ifndef BATCHD_CLAIM_REFUSAL_H
#define BATCHD_CLAIM_REFUSAL_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"

/* What was asked for. Borrowed. */
struct claim_subject {
    const char *plan, *id;
    enum claim_kind kind; /* of a take, or of what is to be done */
    uint64_t fence;       /* of the handle, or the one that was shown */
    const char *file;     /* of a damaged record, and what is wrong with it */
    const char *damage;
};

/* Set the error of @reply->reason, which is not NONE, from its record. Always returns false. */
bool claim_refusal_set(const struct claim_reply *reply, const struct claim_subject *subject, struct error *error);

/* Append "ann works on 2.1 (since 14:02Z, until 15:02Z)". The date is added where it is another day's. */
void claim_refusal_append_holder(struct buffer *text, const struct claim_record *record);
/* Append "bob on branch bob/2.1 (a1b2c3d)", as far as that is known. */
void claim_refusal_append_maker(struct buffer *text, const struct claim_mark *mark);

#endif
