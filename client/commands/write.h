/*
 * The verbs that write: preview, confirmation and the deed.
 */
#ifndef BATCHCTL_WRITE_H
#define BATCHCTL_WRITE_H

#include "cli/options.h"
#include "cli/verb.h"

/* Preview, confirmation and the deed, for a request that is complete but for these. */
int write_run(const struct verb *verb, struct options *options);

int write_retry(const struct verb *verb, struct options *options);
int write_init(const struct verb *verb, struct options *options);
int write_import(const struct verb *verb, struct options *options);
int write_undo(const struct verb *verb, struct options *options);

#endif
