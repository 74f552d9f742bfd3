/*
 * Help, from the tables of verbs and options.
 */
#ifndef BATCHCTL_HELP_H
#define BATCHCTL_HELP_H

#include "cli/options.h"
#include "cli/verb.h"

/* In all of them @table is the table of verbs, which ends with a NULL name. */

/* The overview, on standard error. */
void help_print_usage(const struct verb *table);
/* Help about the verb @about; returns the exit status. */
int help_show_verb(const struct verb *about, const struct options *options, const struct verb *table);

int help_run(const struct verb *verb, struct options *options, const struct verb *table);

#endif
