/*
 * The page of "batchctl graph --format html": one plan or the whole workspace, to standard output or to a file, which
 * --follow keeps current until Ctrl-C or the end of --timeout.
 */
#ifndef BATCHCTL_PAGE_H
#define BATCHCTL_PAGE_H

#include "cli/options.h"
#include "cli/verb.h"

/* Returns the exit status. */
int page_run(const struct verb *verb, struct options *options);

#endif
