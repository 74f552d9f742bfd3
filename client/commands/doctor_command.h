/*
 * The verb doctor, and its checks that only the asking program can make: of its configuration, of the daemon and the
 * sockets that it would talk to, and of the library that the menu loads. A daemon that answers and has nothing to
 * complain of makes no finding, nor does none: it is not needed.
 */
#ifndef BATCHCTL_DOCTOR_COMMAND_H
#define BATCHCTL_DOCTOR_COMMAND_H

#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

/*
 * The verb doctor: the request's findings are what is wrong outside the workspace's files. Nothing is asked of a
 * daemon, nor looked at, if the session is not to use one. It takes two times answer_timeout at most. All are warnings
 * but those of the configuration, which are errors, too, and the notes:
 *
 * - config.*: see config.h; config.unreadable: a file of it cannot be read
 * - socket.occupied: the file in a socket's place is not a socket
 * - socket.owner: a socket belongs to another user
 * - socket.permissions: a socket lets others in, or its owner not
 * - socket.dead (note): no process listens on a socket
 * - daemon.unreachable: a daemon of the root runs, but not on any socket where it is looked for
 * - daemon.silent: it does not answer in time
 * - daemon.lost: it has closed the connection without an answer
 * - daemon.refuses: it says that it will not answer
 * - daemon.version: it is another version than this program
 * - daemon.polling: it cannot watch all folders
 * - daemon.audit: it has missed changes
 * - menu.missing (note): libncursesw, which the menu needs, is not installed
 */
int doctor_command_run(const struct verb *verb, struct options *options);

#endif
