/*
 * The service manager of the user, and how its unit batchd.service fares. A unit that has failed is not started for a
 * client; only the manager knows why.
 */
#ifndef BATCHCTL_MANAGER_H
#define BATCHCTL_MANAGER_H

#include "base/error.h"
#include "doctor/findings.h"

/* Add to an error that there is no daemon how to get one. Always returns false. */
bool manager_hint(struct error *error);

/* Does the manager listen for a daemon that does not run? A connection would start it. */
bool manager_has_idle_unit(void);

/* Add to @findings that the unit has failed, and what to do: daemon.unit (warning). */
void manager_check(struct findings *findings);

#endif
