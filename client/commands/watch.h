/*
 * The verbs watch and wait, which follow what happens.
 */
#ifndef BATCHCTL_WATCH_H
#define BATCHCTL_WATCH_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int watch_run(const struct verb *verb, struct options *options);
int wait_run(const struct verb *verb, struct options *options);

#endif
