/*
 * "batchctl daemon install" and "uninstall": the unit of the workspace (see manager.h) in the user's systemd. What is
 * to be run is shown and confirmed first; nothing is run where nothing is to be done.
 */
#ifndef BATCHCTL_DAEMON_INSTALL_H
#define BATCHCTL_DAEMON_INSTALL_H

#include "cli/options.h"
#include "cli/verb.h"

/* Returns the exit status. */
int daemon_install_run(const struct verb *verb, struct options *options);

#endif
