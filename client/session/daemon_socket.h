/*
 * A daemon's socket: the connection to it, which any process could have made where a configuration or a shared folder
 * names it.
 */
#ifndef BATCHCTL_DAEMON_SOCKET_H
#define BATCHCTL_DAEMON_SOCKET_H

#include <sys/types.h>

/*
 * Connect to the socket @name, without blocking, if this user or root listens there: a system's unit, or systemd for
 * one. Returns the connection, which does not block either and which the caller closes, and in @process, which may be
 * NULL, who listens. -1 if there is none; with EAGAIN if it is there, but its queue of connections is full
 * (connect(2)).
 */
int daemon_socket_connect(const char *name, pid_t *process);

#endif
