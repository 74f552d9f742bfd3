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
#include "wire/rpc.h"

enum { FIRST_DESCRIPTOR = 3, DESCRIPTORS_MOST = 1000 };

/* A variable that has a whole number, and not more than @most; 0 otherwise. */
static uint64_t read_number(const char *name, uint64_t most) {
    const char *text = getenv(name);
    char *end = NULL;
    uint64_t number = text && text[0] >= '0' && text[0] <= '9' ? strtoull(text, &end, 10) : 0;
    return end && *end == '\0' && number <= most ? number : 0;
}

static bool is_of_this_process(const char *variable) {
    return read_number(variable, INT32_MAX) == (uint64_t)getpid();
}

/* How many descriptors were handed over, from FIRST_DESCRIPTOR on (sd_listen_fds(3)): what we start inherits none. */
static int take_descriptors(void) {
    static const char *const variables[] = {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"};
    int count = is_of_this_process(variables[0]) ? (int)read_number(variables[1], DESCRIPTORS_MOST) : 0;
    for (int i = 0; i < count; i++)
        fcntl(FIRST_DESCRIPTOR + i, F_SETFD, FD_CLOEXEC);
    for (size_t i = 0; i < sizeof variables / sizeof *variables; i++)
        unsetenv(variables[i]);
    return count;
}

static bool has_option(int descriptor, int option, int wanted) {
    int value = 0;
    socklen_t size = sizeof value;
    return getsockopt(descriptor, SOL_SOCKET, option, &value, &size) == 0 && value == wanted;
}

static bool is_listening_unix_stream(int descriptor) {
    return has_option(descriptor, SO_DOMAIN, AF_UNIX) && has_option(descriptor, SO_TYPE, SOCK_STREAM) &&
           has_option(descriptor, SO_ACCEPTCONN, 1);
}

bool systemd_take_sockets(int sockets[SYSTEMD_SOCKETS_MOST], int *count, struct error *error) {
    int given = take_descriptors();
    *count = 0;
    if (given > SYSTEMD_SOCKETS_MOST)
        return error_set(error, ERROR_INVALID, "%d sockets were handed over; at most %d are used", given,
                         SYSTEMD_SOCKETS_MOST);
    for (int i = 0; i < given; i++) {
        int descriptor = FIRST_DESCRIPTOR + i;
        if (!is_listening_unix_stream(descriptor))
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
    bool is_ours = !getenv("WATCHDOG_PID") || is_of_this_process("WATCHDOG_PID"); /* sd_watchdog_enabled(3) */
    return is_ours ? read_number("WATCHDOG_USEC", UINT64_MAX - 1) / 2000 : 0;
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
