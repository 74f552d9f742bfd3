/*
 * The file of "graph --output": what graph would print, written where it has changed; with --follow at each change.
 */
#ifndef BATCHCTL_GRAPH_FILE_H
#define BATCHCTL_GRAPH_FILE_H

#include "cli/options.h"
#include "cli/verb.h"

/* Returns the exit status. */
int graph_file_run(const struct verb *verb, struct options *options);

#endif
