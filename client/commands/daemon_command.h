/*
 * The verb that is about the daemon itself: daemon run, status, reload, stop.
 */
#ifndef BATCHCTL_DAEMON_COMMAND_H
#define BATCHCTL_DAEMON_COMMAND_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int daemon_command_run(const struct verb *verb, struct options *options);

#endif
