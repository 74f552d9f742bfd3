/*
 * Taking a claim on this machine: the first of the candidates that is free, decided under one lock. A candidate whose
 * record has changed since it was listed was most likely taken by another meanwhile; the others go before it, so takers
 * that ask at the same time do not look at each other's records.
 */
#ifndef BATCHD_CLAIM_TAKING_H
#define BATCHD_CLAIM_TAKING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "claims/claim_authority.h"
#include "claims/claim_folder.h"
#include "claims/claim_lock.h"

/* See claim_calls. The folder is made if it is missing. */
bool claim_taking_run(struct claim_folder *folder, struct claim_lock *lock, const struct claim_taker *taker,
                      const struct claim_candidate *candidates, size_t count, struct claim_reply *reply,
                      struct error *error);

/* Can that be asked for at all? USAGE, or INVALID for a plan whose path is no UTF-8. */
bool claim_taking_check(const struct claim_taker *taker, const struct claim_candidate *candidates, size_t count,
                        struct error *error);

/* USAGE if @text, which may be NULL, is longer than @most bytes, or has characters that are not seen. */
bool claim_text_check(const char *text, size_t most, const char *what, struct error *error);

#endif
