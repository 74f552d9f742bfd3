#include "commands/daemons.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "commands/manager.h"
#include "config/socket_path.h"
#include "format/json.h"
#include "render/styled_text.h"
#include "wire/rpc.h"

enum { STOP_MS = 10000 };

static const char *variable(const char *name) {
    return getenv(name);
}

bool daemons_await_end(struct rpc_client *channel, struct error *error) {
    struct span line;
    return rpc_client_next_line(channel, STOP_MS, &line) != RPC_TIMED_OUT ||
           error_set(error, ERROR_TIMEOUT, "the daemon on %s is stopping, but has not ended yet",
                     rpc_client_name(channel));
}

/* To the socket of this name, whatever root its daemon has. */
static void open_channel(struct rpc_client *channel, const char *name) {
    struct socket_paths addresses = {0};
    const struct rpc_root any = {{0}};
    *LIST_ADD(addresses.names, addresses.count, addresses.capacity) = name;
    rpc_client_init(channel, &addresses, &any);
}

/* "named" is the path as it was given, where the daemon waits for it. */
static bool is_wanted(const cJSON *hello, const char *path) {
    return !path || strcmp(styled_text_string(hello, "path"), path) == 0 ||
           strcmp(styled_text_string(hello, "named"), path) == 0;
}

static void add(struct daemons *daemons, const cJSON *hello) {
    *LIST_ADD(daemons->items, daemons->count, daemons->capacity) = (struct daemons_item){
        .path = memory_copy(styled_text_string(hello, "path")), .process = json_get_unsigned(hello, "process")};
}

static void stop_one(struct daemons *daemons, const char *name, const char *path, int timeout_ms, struct error *error) {
    struct rpc_client channel;
    struct span result;
    AUTO(json) hello = {0};
    open_channel(&channel, name);
    enum rpc_outcome outcome = rpc_client_call(&channel, "hello", (struct span){0}, timeout_ms, &result);
    bool is_known = outcome == RPC_ANSWERED && json_read_ours(&hello, result);
    if (outcome == RPC_TIMED_OUT && !path) {
        error_set(error, ERROR_TIMEOUT, "the daemon on %s has not answered for %d ms", name, timeout_ms);
    } else if (is_known && is_wanted(hello.root, path)) {
        outcome = rpc_client_call(&channel, "shutdown", (struct span){0}, timeout_ms, &result);
        if ((outcome == RPC_ANSWERED && daemons_await_end(&channel, error)) || outcome == RPC_DISCONNECTED)
            add(daemons, hello.root);
    }
    rpc_client_release(&channel);
}

/* The socket of the user unit. */
static bool is_of_unit(const char *name) {
    const char *slash = strrchr(name, '/');
    return slash && strcmp(slash, "/default.sock") == 0;
}

void daemons_stop(struct daemons *daemons, const struct settings *settings, const char *path, struct error *error) {
    AUTO(socket_paths) addresses = {0};
    socket_paths_find_all(&addresses, &settings->config, variable);
    bool is_idle = manager_has_idle_unit();
    for (size_t i = 0; i < addresses.count; i++)
        if (!is_idle || !is_of_unit(addresses.names[i]))
            stop_one(daemons, addresses.names[i], path, settings->config.answer_timeout_ms, error);
}

void daemons_release(struct daemons *daemons) {
    for (size_t i = 0; i < daemons->count; i++)
        memory_free(daemons->items[i].path);
    memory_free(daemons->items);
    *daemons = (struct daemons){0};
}

void daemons_write(const struct daemons *daemons, struct json_writer *writer, const char *key) {
    json_writer_key_array(writer, key);
    for (size_t i = 0; i < daemons->count; i++) {
        json_writer_open_object(writer);
        json_writer_key_string(writer, "path", daemons->items[i].path);
        json_writer_key_unsigned(writer, "process", daemons->items[i].process);
        json_writer_close_object(writer);
    }
    json_writer_close_array(writer);
}

void daemons_render(struct buffer *text, const cJSON *first) {
    if (!first)
        buffer_append_string(text, "No daemon is running.\n");
    for (const cJSON *item = first; item; item = item->next) {
        buffer_append_string(text, "The daemon of ");
        styled_text_append_visible(text, styled_text_string(item, "path"));
        buffer_append_format(text, " has stopped (process %zu).\n", json_get_unsigned(item, "process"));
    }
}
