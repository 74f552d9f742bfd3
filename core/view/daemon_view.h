/*
 * Daemon view: what the verb `daemon` answers, and what a daemon says of itself. Texts are in an arena that the maker
 * of the view names; "" where the daemon says nothing.
 */
#ifndef BATCHD_DAEMON_VIEW_H
#define BATCHD_DAEMON_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

/* EXECUTION_TASKs that auto_create has not created yet. */
struct daemon_owed {
    const char *path, *ids, *failure; /* of the plan; of the achievements; why the last attempt failed */
    size_t level, attempts;
};

/* A running daemon: its "stats". Counts are since its start, or now. */
struct daemon_stats {
    const char *json; /* as the daemon wrote them, with members that are not here */
    const char *version, *path;
    const char *watch_reason; /* why it polls */
    bool is_polling;
    size_t process, uptime_ms;
    size_t plans, plans_invalid, achievements, ready;
    size_t watches, watch_overflows, audits, audit_differences;
    size_t requests, connections, subscriptions, events;
    struct daemon_owed *owed;
    size_t owed_count;
};

/* A daemon that was stopped, and the workspace that it served. */
struct daemon_stopped {
    const char *path;
    size_t process;
};

/* The unit of the user's service manager for a workspace, installed or removed, or what would do it. */
struct daemon_service {
    const char *unit, *path; /* of the service; of the workspace */
    const char **commands;   /* each as a shell reads it; none if nothing is to be done */
    size_t command_count;
    bool is_removal, is_done; /* done: they were run */
    bool is_running;          /* afterwards the daemon runs; else the first client starts it */
    bool is_lingering;        /* it starts at boot */
};

/* Without stats, @stopped and @service it is about the workspace's own daemon: it runs and has reloaded, or it has
 * ended. */
struct daemon_view {
    bool is_running;
    const char *socket;               /* of the one that runs; or NULL */
    const struct daemon_stats *stats; /* status: of the one that runs; or NULL */
    struct daemon_stopped *stopped;   /* stop: those that were looked for by their sockets; NULL if none were */
    size_t stopped_count;
    const struct daemon_service *service; /* install and uninstall; or NULL */
};

/* A copy in @arena, with the socket and the service; what was read of daemons, stats and @stopped, is borrowed. */
const struct daemon_view *daemon_view_copy(const struct daemon_view *view, struct arena *arena);

#endif
