/*
 * The verb prompt: prompts, from the data of an answer, to standard output or to separate files.
 */
#ifndef BATCHCTL_PROMPTS_COMMAND_H
#define BATCHCTL_PROMPTS_COMMAND_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int prompts_command_run(const struct verb *verb, struct options *options);

#endif
