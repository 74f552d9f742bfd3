#include "session/daemon_socket.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "config/socket_path.h"

static bool is_trusted(int connection, pid_t *process) {
    struct ucred peer = {0};
    socklen_t length = sizeof peer;
    bool is_known = getsockopt(connection, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0;
    if (process)
        *process = peer.pid;
    return is_known && (peer.uid == geteuid() || peer.uid == 0);
}

int daemon_socket_connect(const char *name, pid_t *process) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(name) > SOCKET_PATH_BYTES_MOST) {
        errno = ENAMETOOLONG;
        return -1;
    }
    memcpy(address.sun_path, name, strlen(name));
    int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (connection < 0)
        return -1;
    int failure = connect(connection, (const struct sockaddr *)&address, sizeof address) ? errno : 0;
    if (!failure && is_trusted(connection, process))
        return connection;
    close(connection);
    errno = failure ? failure : EPERM;
    return -1;
}
