/*
 * The daemon check: the sockets on which a daemon of the workspace may listen, and what one that answers says of
 * itself. It looks at what the asking program has found: the core opens no socket.
 */
#ifndef BATCHD_CHECK_DAEMON_H
#define BATCHD_CHECK_DAEMON_H

#include <stdbool.h>
#include <sys/types.h>

#include "doctor/findings.h"
#include "view/daemon_view.h"

#define CHECK_DAEMON_START "start it again: batchctl daemon run, or as a service: batchctl daemon install"

/* A file in a socket's place, from lstat(2). */
struct check_socket {
    const char *path;
    mode_t mode;
    uid_t owner;
    bool is_dead; /* it refuses connections */
};

/*
 * Add to @findings what is wrong with a socket, for a client of this user. All are warnings but the note.
 *   socket.occupied     the file in its place is not a socket
 *   socket.owner        it belongs to another user
 *   socket.permissions  it lets others in, or its owner not
 *   socket.dead (note)  no process listens on it
 */
void check_daemon_socket(const struct check_socket *socket, struct findings *findings);

/*
 * Add to @findings what the counts of a daemon that runs complain of. All are warnings but one note.
 *   daemon.version  it is another version than this program
 *   daemon.polling  it cannot watch all folders
 *   daemon.audit    it has missed changes
 *   daemon.owed     auto_create cannot create what it has to; (note) it is creating that
 */
void check_daemon_stats(const struct daemon_stats *stats, struct findings *findings);

#endif
