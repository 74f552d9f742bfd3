/*
 * libsystemd: the library for services of systemd. With what it loads it would be a third of the memory of a daemon
 * without plans, so it is loaded when the environment says that systemd has started the process, and not before.
 */
#ifndef BATCHD_LIBSYSTEMD_H
#define BATCHD_LIBSYSTEMD_H

#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

/* The functions that are used, as their manual pages describe them: sd_listen_fds(3) and so on. */
struct libsystemd {
    int (*listen_fds)(int unset_environment);
    int (*is_socket_unix)(int descriptor, int type, int listening, const char *path, size_t length);
    int (*watchdog_enabled)(int unset_environment, uint64_t *interval_us);
    int (*journal_sendv)(const struct iovec *parts, int count);
};

/* Loads it at the first call, which is made before any thread. NULL if it is not there, or the build leaves it out. */
const struct libsystemd *libsystemd(void);

#endif
