/*
 * The user's state: the folder $XDG_STATE_HOME/batchd (~/.local/state/batchd), for what belongs to a user of a machine
 * and to no workspace.
 */
#ifndef BATCHD_USER_STATE_H
#define BATCHD_USER_STATE_H

#include <stdbool.h>

#include "base/error.h"
#include "config/settings.h"
#include "disk/files.h"

/*
 * Open it as @files, which the caller closes. NOT_FOUND if it is missing and not @makes, or if the environment names no
 * place for it; CONFLICT if it belongs to another user, or others can write in it; IO.
 */
bool user_state_open(struct files *files, settings_variable *variable, bool makes, struct error *error);

#endif
