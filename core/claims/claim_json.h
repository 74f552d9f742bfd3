/*
 * The JSON of a claim's record, "batchd-claim/1". It is read as anything foreign: strict JSON, each member of its kind
 * and within its cap. What this version does not understand is damaged, and never free.
 */
#ifndef BATCHD_CLAIM_JSON_H
#define BATCHD_CLAIM_JSON_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "claims/claim.h"

enum { CLAIM_JSON_BYTES_MOST = 16 << 10 };

#define CLAIM_FENCE_MOST ((UINT64_C(1) << 53) - 1)

/* Append the record as the text of its file. */
void claim_json_write(struct buffer *text, const struct claim_record *record);

/* NULL, or why @text is no record of the achievement @id of @plan: then @record is empty. @arena: for its texts. */
const char *claim_json_read(struct claim_record *record, struct arena *arena, struct span text, const char *plan,
                            const char *id);

#endif
