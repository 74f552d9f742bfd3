/*
 * The trust in a team: that the user of this machine has agreed to use a server for the claims of a workspace. It is
 * kept in $XDG_STATE_HOME/batchd/trust, a line each: the server, the name of the team, and the workspace's absolute
 * path. Any other server, name or path is another question.
 */
#ifndef BATCHD_TEAM_TRUST_H
#define BATCHD_TEAM_TRUST_H

#include <stdbool.h>

#include "base/error.h"
#include "config/settings.h"
#include "config/team_config.h"

/* Has the user agreed to @team for the workspace at @root? What cannot be read is no consent. */
bool team_trust_has(const struct team_config *team, const char *root, settings_variable *variable);

/* The user agrees. INVALID if the workspace's path cannot be written in a line; those of user_state_open. */
bool team_trust_add(const struct team_config *team, const char *root, settings_variable *variable, struct error *error);

#endif
