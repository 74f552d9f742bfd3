#include "net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/memory.h"
#include "config/socket_path.h"
#include "disk/files.h"
#include "disk/files_lock.h"
#include "os/log.h"
#include "wire/rpc.h"

enum { BACKLOG = 128, CHECK_MS = 1000, FOLDER_LOCK_MS = 5000, FOLDER_RETRY_MS = 5 };

/* --- connections --- */

static void on_timer(uv_timer_t *timer) {
    struct listener *listener = timer->data;
    for (struct connection *connection = listener->connections, *next; connection; connection = next) {
        next = connection->next;
        connection_check(connection, uv_now(listener->loop));
    }
}

static void forget(struct connection_owner *owner, struct connection *connection) {
    struct listener *listener = (struct listener *)owner; /* whose first member it is */
    owner->received -= connection->in.length;
    buffer_release(&connection->in);
    if (connection->previous)
        connection->previous->next = connection->next;
    else
        listener->connections = connection->next;
    if (connection->next)
        connection->next->previous = connection->previous;
    if (--listener->count == 0 && !listener->is_closed)
        uv_timer_stop(&listener->timer);
}

static struct connection *add_connection(struct listener *listener) {
    struct connection *connection = memory_allocate(1, sizeof *connection);
    uv_pipe_init(listener->loop, &connection->pipe, 0);
    connection->pipe.data = connection;
    connection->owner = &listener->owner;
    connection->references = 1;
    connection->active_ms = uv_now(listener->loop);
    connection->next = listener->connections;
    if (connection->next)
        connection->next->previous = connection;
    listener->connections = connection;
    if (listener->count++ == 0)
        uv_timer_start(&listener->timer, on_timer, CHECK_MS, CHECK_MS);
    return connection;
}

/* Is the peer this user? */
static bool is_ours(struct connection *connection) {
    struct ucred peer;
    socklen_t length = sizeof peer;
    uv_os_fd_t descriptor;
    if (uv_fileno((const uv_handle_t *)&connection->pipe, &descriptor) ||
        getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, &peer, &length))
        return false;
    connection->process = peer.pid;
    return peer.uid == geteuid();
}

static bool is_too_many(const struct listener *listener, pid_t process) {
    size_t count = 0;
    for (const struct connection *other = listener->connections; other; other = other->next)
        count += other->process == process;
    return listener->count > LISTENER_CONNECTIONS_MOST || count > LISTENER_CONNECTIONS_A_PROCESS_MOST;
}

static void turn_away(struct connection *connection) {
    struct buffer reply = {0};
    const struct rpc_fault fault = {RPC_BUSY, "too many connections"};
    rpc_write_fault(&reply, (struct span){0}, &fault);
    connection->is_busy = true;
    connection_reply_last(connection, &reply);
}

static void on_connection(uv_stream_t *server, int status) {
    struct listening *listening = server->data;
    struct listener *listener = listening->listener;
    if (status < 0)
        return;
    struct connection *connection = add_connection(listener);
    bool is_welcome = uv_accept(server, (uv_stream_t *)&connection->pipe) == 0 && is_ours(connection);
    listener->accepted += is_welcome;
    listener->refused += !is_welcome;
    if (!is_welcome)
        connection_close(connection);
    else if (is_too_many(listener, connection->process))
        turn_away(connection);
    else
        connection_start(connection);
}

/* --- sockets --- */

void listener_init(struct listener *listener, uv_loop_t *loop) {
    *listener = (struct listener){.owner.forget = forget, .loop = loop, .held = -1};
    uv_timer_init(loop, &listener->timer);
    listener->timer.data = listener;
}

/* Takes the descriptor. */
static bool listen_on(struct listener *listener, int descriptor, struct error *error) {
    struct listening *listening = &listener->sockets[listener->socket_count];
    listening->listener = listener;
    uv_pipe_init(listener->loop, &listening->pipe, 0);
    listening->pipe.data = listening;
    listener->socket_count++;
    int failure = uv_pipe_open(&listening->pipe, descriptor);
    if (failure)
        close(descriptor);
    else
        failure = uv_listen((uv_stream_t *)&listening->pipe, BACKLOG, on_connection);
    return failure == 0 || error_set_system(error, -failure, "cannot listen");
}

bool listener_adopt(struct listener *listener, const int *sockets, int count, struct error *error) {
    for (int i = 0; i < count; i++) {
        int copy = fcntl(sockets[i], F_DUPFD_CLOEXEC, 0);
        if (copy < 0)
            return error_set_system(error, errno, "cannot use a socket that was handed over");
        if (!listen_on(listener, copy, error))
            return false;
    }
    return true;
}

/* Where the folder itself cannot be locked. */
static int lock_file_in(int folder, struct error *error) {
    const struct files files = {.root = folder};
    return files_lock_file(&files, "batchd.lock", FILES_SHARED_MODE, FOLDER_LOCK_MS, error);
}

/* Who binds or removes a socket in the folder holds its lock, so that no process takes a new socket for a dead one. */
static int lock_folder(const struct listener *listener, const char *folder, struct error *error) {
    struct stat status, held;
    AUTO_CLOSE int descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (descriptor < 0) {
        error_set_system(error, errno, "cannot make a socket in %s", folder);
        return -1;
    }
    if (fstat(descriptor, &status) == 0 && fstat(listener->held, &held) == 0 && status.st_dev == held.st_dev &&
        status.st_ino == held.st_ino)
        return auto_take(&descriptor); /* it is the root, whose lock is ours for life */
    for (int waited_ms = 0; flock(descriptor, LOCK_EX | LOCK_NB); waited_ms += FOLDER_RETRY_MS) {
        if (files_locks_no_folders(errno))
            return lock_file_in(descriptor, error);
        if (errno != EWOULDBLOCK || waited_ms > FOLDER_LOCK_MS) {
            error_set_system(error, errno, "cannot lock %s (flock)", folder);
            return -1;
        }
        nanosleep(&(struct timespec){.tv_nsec = FOLDER_RETRY_MS * 1000000L}, NULL);
    }
    return auto_take(&descriptor);
}

bool listener_make_folder(const char *folder, struct error *error) {
    struct stat status;
    mode_t mode = strcmp(folder, SOCKET_PATH_SYSTEM_FOLDER) == 0 ? 0755 : 0700, umask_before = umask(0);
    bool is_made = mkdir(folder, mode) == 0;
    umask(umask_before);
    if (!is_made && errno != EEXIST)
        return error_set_system(error, errno, "cannot make the folder %s", folder);
    if (stat(folder, &status))
        return error_set_system(error, errno, "cannot use the folder %s", folder);
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return error_set(error, ERROR_CONFLICT, "the folder %s belongs to another user", folder);
    return true;
}

static bool is_alive(const struct sockaddr_un *address) {
    AUTO_CLOSE int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    bool is_dead = probe >= 0 && connect(probe, (const struct sockaddr *)address, sizeof *address) &&
                   errno == ECONNREFUSED; /* anything else may be a live one that does not let us in */
    return !is_dead;
}

/* With the mode 0600 from the beginning, whatever the umask. No other thread makes files now. */
static bool bind_privately(int descriptor, const struct sockaddr_un *address) {
    mode_t umask_before = umask(0177);
    bool is_bound = bind(descriptor, (const struct sockaddr *)address, sizeof *address) == 0;
    int failure = errno;
    umask(umask_before);
    errno = failure;
    return is_bound;
}

static bool bind_once(int descriptor, const struct sockaddr_un *address, struct error *error) {
    struct stat status;
    if (bind_privately(descriptor, address))
        return true;
    if (errno != EADDRINUSE)
        return error_set_system(error, errno, "cannot make the socket %s", address->sun_path);
    if (lstat(address->sun_path, &status) || !S_ISSOCK(status.st_mode)) {
        error_set(error, ERROR_CONFLICT, "%s exists and is not a socket", address->sun_path);
        return error_hint(error, "move it away, or name another socket");
    }
    if (is_alive(address)) {
        error_set(error, ERROR_CONFLICT, "another daemon listens on %s", address->sun_path);
        return error_hint(error, "stop it, or name another socket: [daemon] socket, or BATCHD_SOCKET");
    }
    if (unlink(address->sun_path) || !bind_privately(descriptor, address))
        return error_set_system(error, errno, "cannot replace the dead socket %s", address->sun_path);
    return true;
}

/* Under the folder's lock. */
static bool bind_socket(struct listener *listener, const struct sockaddr_un *address, struct error *error) {
    struct stat status;
    AUTO_CLOSE int descriptor = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (descriptor < 0)
        return error_set_system(error, errno, "cannot make a socket");
    if (!bind_once(descriptor, address, error) || lstat(address->sun_path, &status)) {
        if (!error->code)
            error_set_system(error, errno, "cannot use the socket %s", address->sun_path);
        return false;
    }
    listener->path = memory_copy(address->sun_path);
    listener->device = status.st_dev;
    listener->inode = status.st_ino;
    return listen_on(listener, auto_take(&descriptor), error);
}

bool listener_bind(struct listener *listener, const char *path, struct error *error) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    if (strlen(path) > SOCKET_PATH_BYTES_MOST) {
        error_set(error, ERROR_INVALID, "the socket's name has more than %d bytes: %s", SOCKET_PATH_BYTES_MOST, path);
        return error_hint(error, "name a shorter one: [daemon] socket, or BATCHD_SOCKET");
    }
    memcpy(address.sun_path, path, strlen(path));
    AUTO_FREE char *folder = memory_copy_part(path, (size_t)(strrchr(path, '/') - path));
    AUTO_CLOSE int lock = listener_make_folder(folder, error) ? lock_folder(listener, folder, error) : -1;
    return lock >= 0 && bind_socket(listener, &address, error);
}

/* Another process may have put a socket in our place meanwhile; that one stays. */
static void remove_socket(struct listener *listener) {
    struct stat status;
    AUTO(error) error = {0};
    if (!listener->path)
        return;
    AUTO_FREE char *folder = memory_copy_part(listener->path, (size_t)(strrchr(listener->path, '/') - listener->path));
    AUTO_CLOSE int lock = lock_folder(listener, folder, &error);
    (void)lock; /* held until the end */
    if (lstat(listener->path, &status) == 0 && status.st_dev == listener->device && status.st_ino == listener->inode)
        unlink(listener->path);
    memory_free(listener->path);
    listener->path = NULL;
}

void listener_stop(struct listener *listener) {
    if (listener->is_closed)
        return;
    listener->is_closed = true;
    remove_socket(listener);
    for (int i = 0; i < listener->socket_count; i++)
        uv_close((uv_handle_t *)&listener->sockets[i].pipe, NULL);
    uv_close((uv_handle_t *)&listener->timer, NULL);
}

void listener_close(struct listener *listener) {
    listener_stop(listener);
    for (struct connection *connection = listener->connections; connection; connection = connection->next)
        connection_close(connection);
}
