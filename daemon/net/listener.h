/*
 * The listener: the sockets on which clients come, and their connections. Only the same user is served, and only so
 * many at a time.
 */
#ifndef BATCHD_LISTENER_H
#define BATCHD_LISTENER_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>
#include <uv.h>

#include "base/buffer.h"
#include "base/error.h"
#include "net/connection.h"
#include "os/systemd.h"

enum {
    LISTENER_CONNECTIONS_MOST = 512,
    LISTENER_CONNECTIONS_A_PROCESS_MOST = 64,
    LISTENER_UNSENT_BYTES_MOST = 16 << 20, /* of answers that are not taken, of all connections */
};

struct listening {
    uv_pipe_t pipe;
    struct listener *listener;
};

struct listener {
    struct connection_owner owner; /* of its connections; the first member */
    uv_loop_t *loop;
    struct listening sockets[SYSTEMD_SOCKETS_MOST];
    int socket_count;
    char *path; /* of our own socket, to be removed; NULL if all were handed over */
    dev_t device;
    ino_t inode;
    uv_timer_t timer; /* runs while there are connections */
    struct connection *connections;
    size_t count;
    uint64_t accepted, refused;
    int held; /* descriptor of a folder that the caller has locked, or -1 */
    bool is_closed;
};

/* The callbacks and data of the owner (but forget), and @held, are set by the caller afterwards. */
void listener_init(struct listener *listener, uv_loop_t *loop);

/* The folder of a socket, made with 0700 if it is not there. CONFLICT if it is another user's. */
bool listener_make_folder(const char *folder, struct error *error);

/*
 * Listen on a socket of our own, made with mode 0600; its folder is made with 0700 if it is not there. One that is dead
 * is replaced, a live one is a CONFLICT.
 */
bool listener_bind(struct listener *listener, const char *path, struct error *error);
/* Listen on sockets that were handed over. Their descriptors are duplicated and stay the caller's. */
bool listener_adopt(struct listener *listener, const int *sockets, int count, struct error *error);

/* No new connections, and our own socket is removed. */
void listener_stop(struct listener *listener);
/* Close all connections as well. The loop has to run until nothing is left. */
void listener_close(struct listener *listener);

#endif
