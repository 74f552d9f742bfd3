#include "os/libsystemd.h"

#ifdef BATCHD_SYSTEMD

#include <dlfcn.h>
#include <stdbool.h>
#include <string.h>

#define SD_JOURNAL_SUPPRESS_LOCATION
#include <systemd/sd-daemon.h>
#include <systemd/sd-journal.h>

/* The compiler compares each function with its declaration in the library's header. */
_Static_assert(__builtin_types_compatible_p(__typeof__(((struct libsystemd *)0)->listen_fds),
                                            __typeof__(&sd_listen_fds)) &&
                   __builtin_types_compatible_p(__typeof__(((struct libsystemd *)0)->is_socket_unix),
                                                __typeof__(&sd_is_socket_unix)) &&
                   __builtin_types_compatible_p(__typeof__(((struct libsystemd *)0)->watchdog_enabled),
                                                __typeof__(&sd_watchdog_enabled)) &&
                   __builtin_types_compatible_p(__typeof__(((struct libsystemd *)0)->journal_sendv),
                                                __typeof__(&sd_journal_sendv)),
               "a function of libsystemd has another type");

static bool find(void *library, const char *name, void *function) {
    void *found = dlsym(library, name);
    memcpy(function, &found, sizeof found);
    return found;
}

static bool load(struct libsystemd *loaded) {
    void *library = dlopen("libsystemd.so.0", RTLD_NOW | RTLD_LOCAL);
    return library && find(library, "sd_listen_fds", &loaded->listen_fds) &&
           find(library, "sd_is_socket_unix", &loaded->is_socket_unix) &&
           find(library, "sd_watchdog_enabled", &loaded->watchdog_enabled) &&
           find(library, "sd_journal_sendv", &loaded->journal_sendv);
}

const struct libsystemd *libsystemd(void) {
    static struct libsystemd loaded;
    static bool was_tried, is_loaded;
    if (!was_tried)
        is_loaded = load(&loaded);
    was_tried = true;
    return is_loaded ? &loaded : NULL;
}

#else

const struct libsystemd *libsystemd(void) {
    return NULL;
}

#endif
