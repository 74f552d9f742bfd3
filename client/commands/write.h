/*
 * The verbs that write: preview, confirmation and the deed.
 */
#ifndef BATCHCTL_WRITE_H
#define BATCHCTL_WRITE_H

#include "api/request.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

/* What a verb does to files, for a person. */
struct deed {
    const char *question; /* "Create" */
    const char *done;     /* "created" */
};

/* Preview, confirmation and the deed, for a request that is complete but for these. */
int write_batch(const struct verb *verb, struct options *options, struct request *request, const struct deed *deed);

int write_create(const struct verb *verb, struct options *options);
int write_retry(const struct verb *verb, struct options *options);
int write_init(const struct verb *verb, struct options *options);
int write_import(const struct verb *verb, struct options *options);
int write_undo(const struct verb *verb, struct options *options);

#endif
