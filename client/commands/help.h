/*
 * Help, from the tables of verbs and options.
 */
#ifndef BATCHCTL_HELP_H
#define BATCHCTL_HELP_H

#include <stdio.h>

#include "base/buffer.h"
#include "commands/commands.h"

void help_overview(FILE *stream);
/* On standard output. */
void help_verb(const struct verb *verb);
/* For programs: the data of an answer about all verbs, or about one. */
void help_write(struct buffer *data, const struct verb *about);

#endif
