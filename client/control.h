/*
 * The verb that is about the daemon itself: daemon run, status, reload, stop.
 */
#ifndef BATCHCTL_CONTROL_H
#define BATCHCTL_CONTROL_H

#include "commands.h"
#include "options.h"

int control_run(const struct verb *verb, struct options *options);

#endif
