#include "service.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include "buffer.h"
#include "rpc.h"

bool service_take_sockets(int sockets[SERVICE_SOCKETS_MOST], int *count, struct error *error) {
    int given = sd_listen_fds(1);
    *count = 0;
    if (given < 0)
        return error_set_system(error, -given, "cannot take the sockets that were handed over");
    if (given > SERVICE_SOCKETS_MOST)
        return error_set(error, ERROR_INVALID, "%d sockets were handed over; at most %d are used", given,
                         SERVICE_SOCKETS_MOST);
    for (int i = 0; i < given; i++) {
        int descriptor = SD_LISTEN_FDS_START + i;
        if (sd_is_socket_unix(descriptor, SOCK_STREAM, 1, NULL, 0) <= 0)
            return error_set(error, ERROR_INVALID, "what was handed over is no listening Unix stream socket");
        fcntl(descriptor, F_SETFL, fcntl(descriptor, F_GETFL) | O_NONBLOCK);
        sockets[(*count)++] = descriptor;
    }
    return true;
}

void service_turn_away(const int *sockets, int count, const char *reason) {
    struct buffer line = {0};
    struct rpc_fault fault = {.code = RPC_BUSY};
    snprintf(fault.reason, sizeof fault.reason, "%s", reason);
    rpc_write_fault(&line, (struct span){0}, &fault);
    for (int i = 0; i < count; i++)
        for (int peer; (peer = accept4(sockets[i], NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK)) >= 0;) {
            send(peer, line.data, line.length, MSG_NOSIGNAL | MSG_DONTWAIT); /* who does not take it learns less */
            close(peer);
        }
    buffer_release(&line);
}

uint64_t service_watchdog_ms(void) {
    uint64_t interval_us = 0;
    return sd_watchdog_enabled(0, &interval_us) > 0 ? interval_us / 2000 : 0;
}

void service_ping_watchdog(void) {
    sd_notify(0, "WATCHDOG=1");
}

void service_say_ready(const char *status) {
    sd_notifyf(0, "READY=1\nSTATUS=%s", status);
}

void service_say_status(const char *status) {
    sd_notifyf(0, "STATUS=%s", status);
}

/* MONOTONIC_USEC is for managers that know Type=notify-reload; the others pass over it. */
void service_say_reloading(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%lld", (long long)now.tv_sec * 1000000 + now.tv_nsec / 1000);
}

void service_say_stopping(void) {
    sd_notify(0, "STOPPING=1");
}
