/*
 * The command team: let a workspace share its claims by a server, and what that server is.
 */
#ifndef BATCHCTL_TEAM_COMMAND_H
#define BATCHCTL_TEAM_COMMAND_H

#include "cli/options.h"
#include "cli/verb.h"

/* See struct verb. */
int team_command_run(const struct verb *verb, struct options *options);

#endif
