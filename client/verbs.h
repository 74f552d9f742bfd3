/*
 * The verbs of batchctl: one table, from which dispatch, help, completion and "did you mean" come.
 */
#ifndef BATCHCTL_VERBS_H
#define BATCHCTL_VERBS_H

#include "cli/command.h"
#include "cli/verb.h"

extern const struct verb verbs[]; /* ends with a NULL name */

#endif
