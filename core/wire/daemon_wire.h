/*
 * Reading what a daemon says of itself: the results of "hello" and "stats". Members that are missing, as with an older
 * daemon, read as "" and 0.
 */
#ifndef BATCHD_DAEMON_WIRE_H
#define BATCHD_DAEMON_WIRE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "view/daemon_view.h"

struct daemon_hello {
    const char *path, *named; /* of its workspace: resolved; as it was given, while the daemon waits for it */
    size_t process;
};

/* False if @result is no JSON. Texts are in @arena. */
bool daemon_wire_read_hello(struct daemon_hello *hello, struct span result, struct arena *arena);
bool daemon_wire_read_stats(struct daemon_stats *stats, struct span result, struct arena *arena);

#endif
