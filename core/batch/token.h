/*
 * Tokens: a short text that stands for a batch as it was previewed. It covers kind, selection, options, what is
 * present at each target, the bytes and modes of every file, and every source; not the clock, the root or who asks.
 * Beside one digest of it all it carries a short digest of each fact, so that a stale token can name what changed.
 */
#ifndef BATCHD_TOKEN_H
#define BATCHD_TOKEN_H

#include <stdbool.h>

#include "base/buffer.h"
#include "batch/batch.h"

enum { TOKEN_FACTS_MOST = 2000 }; /* a batch with more has only the one digest */

/* Make the token of @batch, in its arena. @require_complete: the option it was made with. */
void token_make(struct batch *batch, bool require_complete);

/*
 * Is @expected the token of @batch, whose own is in batch->token? If not, append to @changes what differs, such as
 * "SUBPLAN_X_32.md changed, 2.3 became failed, EXECUTION_TASK_X_31_01.md appeared".
 */
bool token_matches(const struct batch *batch, const char *expected, struct buffer *changes);

#endif
