/*
 * The verbs that follow what happens: watch, wait.
 */
#ifndef BATCHCTL_WATCH_H
#define BATCHCTL_WATCH_H

#include "cli/options.h"
#include "commands/commands.h"

int watch_run(const struct verb *verb, struct options *options);
int wait_run(const struct verb *verb, struct options *options);

#endif
