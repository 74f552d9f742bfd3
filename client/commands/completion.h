/*
 * "batchctl completion": the scripts that tell bash, zsh and fish to ask us, and our answer when they do.
 */
#ifndef BATCHCTL_COMPLETION_H
#define BATCHCTL_COMPLETION_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

/* Write the script of a shell, or with "words" the candidates for the last word behind "--"; @table is the table. */
int completion_run(const struct verb *verb, struct options *options, const struct verb *table);

#endif
