/*
 * Help, from the tables of verbs and options.
 */
#ifndef BATCHCTL_HELP_H
#define BATCHCTL_HELP_H

#include <stdio.h>

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

/* @table: the table, which ends with a NULL name. */
void help_overview(FILE *stream, const struct verb *table);
/* On standard output. */
void help_verb(const struct verb *verb);

int help_run(const struct verb *verb, struct options *options, const struct verb *table);

#endif
