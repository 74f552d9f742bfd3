/*
 * The verbs config and version, which are about this program.
 */
#ifndef BATCHCTL_CONFIG_COMMAND_H
#define BATCHCTL_CONFIG_COMMAND_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int config_command_run(const struct verb *verb, struct options *options);
int config_command_version(const struct verb *verb, struct options *options);

#endif
