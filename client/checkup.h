/*
 * The doctor's checks that only the asking program can make: of its configuration, and of what it would talk to.
 */
#ifndef BATCHCTL_CHECKUP_H
#define BATCHCTL_CHECKUP_H

#include "error.h"
#include "findings.h"

/*
 * Add what is wrong outside the workspace's files. @configuration: what reading it has reported; @failure: why it could
 * not all be read, or no error.
 *   config.*           see config.h
 *   config.unreadable  a file of it cannot be read
 */
void checkup_find(struct findings *findings, const struct diagnostics *configuration, const struct error *failure);

#endif
