/*
 * Socket paths: the names of sockets on which a daemon of a root may listen, best first.
 *
 *   the configured one ([daemon] socket, BATCHD_SOCKET)
 *   RUNTIME/batchd/<hash of the root's device and inode>.sock: where a daemon listens by default
 *   RUNTIME/batchd<path of the root>.sock: an instance of the user's unit batchd@.service
 *   RUNTIME/batchd/default.sock: the user unit's, whose root is configured
 *   /run/batchd/<name>.sock, those of this user: the system units'
 *
 * RUNTIME is XDG_RUNTIME_DIR, or else /run/user/<uid>, or /run for root.
 */
#ifndef BATCHD_SOCKET_PATH_H
#define BATCHD_SOCKET_PATH_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "config/config.h"
#include "config/settings.h"
#include "disk/files.h"

/* Longer names than this do not fit in a socket's address (unix(7)). */
enum { SOCKET_PATH_BYTES_MOST = 107 };

/* Where the system's units listen, each a user's own: everybody has to get through to his. */
#define SOCKET_PATH_SYSTEM_FOLDER "/run/batchd"

/* {0} is empty. */
struct socket_paths {
    struct arena arena;
    const char **names;
    size_t count, capacity;
    size_t own_count; /* the first ones; what comes after may as well be about other roots of this user */
};

/* All on which a daemon of the root of @settings may listen. The caller releases them. */
void socket_paths_find(struct socket_paths *paths, const struct settings *settings, settings_variable *variable);
/* The same without those of the system units: no folder is listed. */
void socket_paths_find_own(struct socket_paths *paths, const struct settings *settings, settings_variable *variable);
void socket_paths_release(struct socket_paths *paths);

/* Is there a folder for the sockets of this user's daemons? Without it none of them is there but a configured one. */
bool socket_paths_may_exist(settings_variable *variable);

/*
 * The instance of the user's unit batchd@.service for a root, an absolute path: escaped as systemd-escape(1) --path
 * does, so that %f in the unit is the root. In @arena.
 */
const char *socket_path_instance(struct arena *arena, const char *root);

/*
 * The one on which that instance listens; NULL if it is too long for a socket. Not named after the instance: systemd
 * 252 loses a socket with a backslash in its name when it reads its units again. In @arena.
 */
const char *socket_path_of_instance(struct arena *arena, const char *root, settings_variable *variable);

/* The root of the instance that would listen on @path; NULL if none would. In @arena. */
const char *socket_path_instance_root(struct arena *arena, const char *path, settings_variable *variable);

/* The one on which this process listens while its root is gone, RUNTIME/batchd/gone-<process>.sock. In @arena. */
const char *socket_path_of_waiting(struct arena *arena, settings_variable *variable);

/*
 * All on which a daemon that this user has started may listen, whatever its root: the configured one, and those beneath
 * RUNTIME/batchd. The caller releases them.
 */
void socket_paths_find_all(struct socket_paths *paths, const struct config *config, settings_variable *variable);

/* The one on which a daemon of the root listens: the configured one, or the root's own. In @arena. */
const char *socket_path_of_daemon(struct arena *arena, const struct config *config, const struct file_identity *root,
                                  settings_variable *variable);

#endif
