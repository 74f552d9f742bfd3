/*
 * A live reply: shown again at each change, as by "status --watch".
 */
#ifndef BATCHCTL_LIVE_REPLY_H
#define BATCHCTL_LIVE_REPLY_H

#include "cli/options.h"
#include "cli/verb.h"

/* Show the reply to the request of the options until it cannot be shown, or time is over; returns the exit status. */
int live_reply_run(const struct verb *verb, struct options *options);

#endif
