/*
 * The clock of claims: CLOCK_BOOTTIME, which counts suspend and never jumps, in this boot; and which process a keeper
 * is.
 */
#ifndef BATCHD_CLAIM_CLOCK_H
#define BATCHD_CLAIM_CLOCK_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "claims/claim.h"

/* The moment now, in which keepers are looked for in /proc. IO where the boot has no id that can be read. */
bool claim_clock_read(struct claim_moment *moment, struct error *error);

/* The process @pid as a keeper. IO if it is not in /proc. */
bool claim_clock_find_keeper(pid_t pid, struct claim_keeper *keeper, struct error *error);

/* Is that process gone, a zombie, or another one by now? Only known in its pid namespace: no in any other. */
bool claim_clock_is_dead(const struct claim_keeper *keeper);

/* Append a time for people, UTC: "2026-11-27T18:00:00.000Z". */
void claim_clock_append(struct buffer *text, int64_t wall_ms);

#endif
