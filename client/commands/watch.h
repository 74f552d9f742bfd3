/*
 * The verbs watch and wait, which follow what happens.
 */
#ifndef BATCHCTL_WATCH_H
#define BATCHCTL_WATCH_H

#include "api/request.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int watch_run(const struct verb *verb, struct options *options);
/* Show the reply to @request again at each change; returns the exit status when it cannot be shown, or time is over. */
int watch_request(const struct verb *verb, struct options *options, struct request *request);
int wait_run(const struct verb *verb, struct options *options);

#endif
