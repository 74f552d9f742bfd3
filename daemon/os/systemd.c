#include "os/systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "os/libsystemd.h"
#include "wire/rpc.h"

enum { FIRST_DESCRIPTOR = 3 }; /* SD_LISTEN_FDS_START */

bool systemd_take_sockets(int sockets[SYSTEMD_SOCKETS_MOST], int *count, struct error *error) {
    const struct libsystemd *library = getenv("LISTEN_FDS") ? libsystemd() : NULL;
    int given = library ? library->listen_fds(1) : 0;
    *count = 0;
    if (given < 0)
        return error_set_system(error, -given, "cannot take the sockets that were handed over");
    if (given > SYSTEMD_SOCKETS_MOST)
        return error_set(error, ERROR_INVALID, "%d sockets were handed over; at most %d are used", given,
                         SYSTEMD_SOCKETS_MOST);
    for (int i = 0; i < given; i++) {
        int descriptor = FIRST_DESCRIPTOR + i;
        if (library->is_socket_unix(descriptor, SOCK_STREAM, 1, NULL, 0) <= 0)
            return error_set(error, ERROR_INVALID, "what was handed over is no listening Unix stream socket");
        fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
        sockets[(*count)++] = descriptor;
    }
    return true;
}

/* NOTIFY_SOCKET, and much else, is inherited by what a service starts; this one names the process (systemd.exec(5)). */
bool systemd_is_supervised(int count) {
    const char *process = getenv("SYSTEMD_EXEC_PID");
    return count > 0 || (process && strtol(process, NULL, 10) == getpid());
}

void systemd_turn_away(const int *sockets, int count, const char *reason) {
    AUTO(buffer) line = {0};
    struct rpc_fault fault = {.code = RPC_BUSY};
    snprintf(fault.reason, sizeof fault.reason, "%s", reason);
    rpc_write_fault(&line, (struct span){0}, &fault);
    for (int i = 0; i < count; i++)
        for (int peer; (peer = accept4(sockets[i], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
            send(peer, line.data, line.length,
                 MSG_NOSIGNAL | MSG_DONTWAIT); /* a peer that does not take it learns less */
            close(peer);
        }
}

uint64_t systemd_watchdog_ms(void) {
    const struct libsystemd *library = getenv("WATCHDOG_USEC") ? libsystemd() : NULL;
    uint64_t interval_us = 0;
    return library && library->watchdog_enabled(0, &interval_us) > 0 ? interval_us / 2000 : 0;
}

/*
 * As sd_notify(3), which waits when the manager's queue is full, and all clients would with it. False if there was no
 * room.
 */
static bool say(const char *text, bool may_wait) {
    const char *name = getenv("NOTIFY_SOCKET");
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    size_t length = name ? strlen(name) : 0;
    if (length < 2 || length >= sizeof address.sun_path)
        return true; /* no process listens */
    memcpy(address.sun_path, name, length);
    if (name[0] == '@')
        address.sun_path[0] = '\0';
    AUTO_CLOSE int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    socklen_t size = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    if (descriptor < 0)
        return false;
    int flags = MSG_NOSIGNAL | (may_wait ? 0 : MSG_DONTWAIT);
    return sendto(descriptor, text, strlen(text), flags, (const struct sockaddr *)&address, size) >= 0 ||
           errno != EAGAIN;
}

static bool say_status(const char *state, const char *status, bool may_wait) {
    AUTO(buffer) text = {0};
    buffer_append_format(&text, "%sSTATUS=", state);
    text_append_visible(&text, span_of(status)); /* a newline would begin another assignment */
    return say(text.data, may_wait);
}

void systemd_ping_watchdog(void) {
    say("WATCHDOG=1", false);
}

void systemd_say_ready(const char *status) {
    say_status("READY=1\n", status, true);
}

bool systemd_say_status(const char *status) {
    return say_status("", status, false);
}

/* MONOTONIC_USEC is for managers that know Type=notify-reload; the others pass over it. */
void systemd_say_reloading(void) {
    AUTO(buffer) text = {0};
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    buffer_append_format(&text, "RELOADING=1\nMONOTONIC_USEC=%lld",
                         (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
    say(text.data, false);
}

void systemd_say_stopping(void) {
    say("STOPPING=1", false);
}
