/*
 * The verb wait: until a condition is met.
 */
#ifndef BATCHCTL_WAIT_H
#define BATCHCTL_WAIT_H

#include "cli/options.h"
#include "cli/verb.h"

int wait_run(const struct verb *verb, struct options *options);

#endif
