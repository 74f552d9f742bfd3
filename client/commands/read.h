/*
 * The verbs that read: they ask about plans and batches, and change nothing.
 */
#ifndef BATCHCTL_READ_H
#define BATCHCTL_READ_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int read_status(const struct verb *verb, struct options *options);
int read_next(const struct verb *verb, struct options *options);
int read_graph(const struct verb *verb, struct options *options);
int read_achievements(const struct verb *verb, struct options *options); /* show, why */
int read_show(const struct verb *verb, struct options *options);
int read_what_if(const struct verb *verb, struct options *options);
int read_validate(const struct verb *verb, struct options *options);

#endif
