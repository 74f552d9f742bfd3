/*
 * The verbs of claims: claim, next --claim, heartbeat, release and claims. This process does it all, with or without a
 * daemon.
 */
#ifndef BATCHCTL_CLAIM_COMMAND_H
#define BATCHCTL_CLAIM_COMMAND_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int claim_command_take(const struct verb *verb, struct options *options);
int claim_command_next(const struct verb *verb, struct options *options);
int claim_command_heartbeat(const struct verb *verb, struct options *options);
int claim_command_release(const struct verb *verb, struct options *options);
int claim_command_list(const struct verb *verb, struct options *options);

#endif
