/*
 * A member of a claim in JSON, from a record on the disk or from a helper: each reader returns whether the member is
 * what it must be.
 */
#ifndef BATCHD_CLAIM_MEMBER_H
#define BATCHD_CLAIM_MEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "format/json.h"

/* A text of at most @most bytes, as a copy in @arena. */
bool claim_member_text(struct arena *arena, const cJSON *object, const char *key, size_t most, const char **text);
/* The same of one that may be null. */
bool claim_member_text_or_null(struct arena *arena, const cJSON *object, const char *key, size_t most,
                               const char **text);
/* A whole number from @least to @most. */
bool claim_member_whole(const cJSON *object, const char *key, uint64_t least, uint64_t most, uint64_t *number);

/* "2026-11-28T08:00:00.000Z" */
bool claim_member_moment(struct arena *arena, const cJSON *object, const char *key, const char **moment);

/* Is @text exactly @length digits, 0-9 and a-f? */
bool claim_member_is_hexadecimal(const char *text, size_t length);

#endif
