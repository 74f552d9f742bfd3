/*
 * "batchctl completion": the scripts that tell bash, zsh and fish to ask us, and our answer when they do.
 */
#ifndef BATCHCTL_COMPLETION_H
#define BATCHCTL_COMPLETION_H

#include "cli/options.h"
#include "commands/commands.h"

/* Write the script of a shell, or with "words" the candidates for the last word behind "--". */
int completion_run(const struct verb *verb, struct options *options);

#endif
