/*
 * The service manager of the user, and the unit that serves a workspace: batchd.service serves the configured one, an
 * instance of batchd@.service, which is named after the path, any other. A unit that has failed is not started for a
 * client; only the manager knows why.
 */
#ifndef BATCHCTL_MANAGER_H
#define BATCHCTL_MANAGER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/error.h"
#include "base/memory.h"
#include "config/settings.h"
#include "doctor/findings.h"

/* The names of a workspace's service and of its socket. */
struct manager_unit {
    const char *service, *socket;
    bool is_configured; /* it is batchd.service */
};

/* What the manager reports of one. */
struct manager_state {
    bool is_known;                        /* the manager has both units */
    bool is_listening;                    /* the socket is active */
    bool is_socket_enabled, is_enabled;   /* the socket; the service */
    bool is_running, is_idle, has_failed; /* the service; failed: the socket, too */
    long status;                          /* exit status of its process; 0 if that is not why */
};

/* Does this user have a manager? Without one no program is started. */
bool manager_is_there(void);

/* The unit of the workspace of @settings; its names are in @arena. */
struct manager_unit manager_unit_of(struct arena *arena, const struct settings *settings);

/* All false if there is no manager, or it does not answer. */
struct manager_state manager_look(const struct manager_unit *unit);

/* Add to an error that the workspace has no daemon how to get one. Always returns false. */
bool manager_hint(struct error *error, const struct settings *settings);

/*
 * Add to an error that the workspace's daemon, of this process, is of another version how to replace it. Always returns
 * false.
 */
bool manager_hint_replacement(struct error *error, const struct settings *settings, pid_t process);

/* Does the manager listen on this socket of the user for a daemon that does not run? A connection would start it. */
bool manager_listens(const char *socket);

/* Add to @findings that the unit of the workspace has failed, and what to do: daemon.unit (warning). */
void manager_check(struct findings *findings, const struct settings *settings);

#endif
