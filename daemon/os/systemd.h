/*
 * systemd: the service manager's side (as by sd_notify(3); sd_listen_fds(3), sd_watchdog_enabled(3)). Without one, all
 * of this does nothing.
 */
#ifndef BATCHD_SYSTEMD_H
#define BATCHD_SYSTEMD_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

enum { SYSTEMD_SOCKETS_MOST = 8 };

/*
 * The listening Unix sockets that were handed over. Called once, before any thread. INVALID if one of what was handed
 * over is something else.
 */
bool systemd_take_sockets(int sockets[SYSTEMD_SOCKETS_MOST], int *count, struct error *error);

/*
 * Has a service manager started this process, which takes care of when it ends? @count: of the sockets that were handed
 * over.
 */
bool systemd_is_supervised(int count);

/*
 * The daemon cannot serve, and another attempt would not help: tell waiting clients why, and close. Without that the
 * service manager would start us for them again and again, and at last give up the socket.
 */
void systemd_turn_away(const int *sockets, int count, const char *reason);

/* How often the watchdog wants to hear from us, halved; 0 if there is none. */
uint64_t systemd_watchdog_ms(void);
void systemd_ping_watchdog(void);

/* These do not wait for a manager that does not read; only READY does, without which it would give us up. */
void systemd_say_ready(const char *status);
bool systemd_say_status(const char *status); /* false: not now, there was no room */
void systemd_say_reloading(void);
void systemd_say_stopping(void);

#endif
