/*
 * The deadline of a verb that waits, from its --timeout; on the clock of base/clock.
 */
#ifndef BATCHCTL_DEADLINE_H
#define BATCHCTL_DEADLINE_H

#include <stdint.h>

#include "cli/options.h"
#include "session/session.h"

/* In milliseconds; without --timeout @otherwise_ms from now, or never if that is negative. */
int64_t deadline_of_options(const struct options *options, int64_t otherwise_ms);
/* Milliseconds that are left, from 0 to an hour. */
int deadline_left_ms(int64_t deadline_ms);
/* Wait for no answer of the daemon for longer than until the deadline, but long enough for one that is there. */
void deadline_limit_answers(struct session *session, int64_t deadline_ms);

#endif
