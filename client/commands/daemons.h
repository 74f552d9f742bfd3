/*
 * The daemons of this user, whatever they serve: found by their sockets, as the workspace of one that is to be stopped
 * may be gone.
 */
#ifndef BATCHCTL_DAEMONS_H
#define BATCHCTL_DAEMONS_H

#include <stdbool.h>

#include "api/answer.h"
#include "base/error.h"
#include "base/memory.h"
#include "config/settings.h"
#include "session/rpc_client.h"
#include "view/daemon_view.h"

/* Make a copy of @view the answer's. */
void daemons_answer(struct answer *answer, const struct daemon_view *view);

/*
 * Stop those that serve the folder @path, absolute, or all if it is NULL; @view->stopped, in @arena, are those that
 * have ended. TIMEOUT: one has not ended, or has not answered.
 */
void daemons_stop(struct daemon_view *view, struct arena *arena, const struct settings *settings, const char *path,
                  struct error *error);

/* After "shutdown" was answered: wait until the daemon has ended. False with TIMEOUT. */
bool daemons_await_end(struct rpc_client *channel, struct error *error);

#endif
