/*
 * The verb watch: the events of the daemon as they happen.
 */
#ifndef BATCHCTL_WATCH_H
#define BATCHCTL_WATCH_H

#include "cli/options.h"
#include "cli/verb.h"

int watch_run(const struct verb *verb, struct options *options);

#endif
