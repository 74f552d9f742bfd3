/*
 * The daemons of this user, whatever they serve: found by their sockets, as the workspace of one that is to be stopped
 * may be gone.
 */
#ifndef BATCHCTL_DAEMONS_H
#define BATCHCTL_DAEMONS_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "base/error.h"
#include "config/settings.h"
#include "format/json_writer.h"
#include "session/rpc_client.h"

struct daemons_item {
    char *path; /* of the workspace that it serves */
    uint64_t process;
};

/* {0} is empty. */
struct daemons {
    struct daemons_item *items;
    size_t count, capacity;
};

/*
 * Stop those that serve the folder @path, absolute, or all if it is NULL; @daemons are those that have ended. TIMEOUT:
 * one has not ended, or has not answered.
 */
void daemons_stop(struct daemons *daemons, const struct settings *settings, const char *path, struct error *error);
void daemons_release(struct daemons *daemons);

/* After "shutdown" was answered: wait until the daemon has ended. False with TIMEOUT. */
bool daemons_await_end(struct rpc_client *channel, struct error *error);

/* As a member of an object, an array; and as text, from its first element. */
void daemons_write(const struct daemons *daemons, struct json_writer *writer, const char *key);
void daemons_render(struct buffer *text, const cJSON *first);

#endif
