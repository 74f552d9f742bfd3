#include "commands/daemons.h"

#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/memory.h"
#include "commands/manager.h"
#include "config/socket_path.h"
#include "render/daemon_json.h"
#include "render/daemon_text.h"
#include "wire/daemon_wire.h"
#include "wire/rpc.h"

enum { STOP_MS = 10000 };

void daemons_answer(struct answer *answer, const struct daemon_view *view) {
    static const struct answer_type type = {daemon_json_write, daemon_text_append};
    answer->type = &type;
    answer->view = daemon_view_copy(view, &answer->arena);
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

static bool is_wanted(const struct daemon_hello *hello, const char *path) {
    return !path || strcmp(hello->path, path) == 0 || strcmp(hello->named, path) == 0;
}

/* What a search goes on with. */
struct search {
    struct daemon_view *view;
    struct arena *arena;
    const char *path; /* of the wanted workspace; NULL for all */
    int timeout_ms;
};

static void stop_one(const struct search *search, const char *name, struct error *error) {
    struct rpc_client channel;
    struct span result;
    struct daemon_hello hello;
    struct daemon_view *view = search->view;
    open_channel(&channel, name);
    enum rpc_outcome outcome = rpc_client_call(&channel, "hello", (struct span){0}, search->timeout_ms, &result);
    bool is_known = outcome == RPC_ANSWERED && daemon_wire_read_hello(&hello, result, search->arena);
    if (outcome == RPC_TIMED_OUT && !search->path) {
        error_set(error, ERROR_TIMEOUT, "the daemon on %s has not answered for %d ms", name, search->timeout_ms);
    } else if (is_known && is_wanted(&hello, search->path)) {
        outcome = rpc_client_call(&channel, "shutdown", (struct span){0}, search->timeout_ms, &result);
        if ((outcome == RPC_ANSWERED && daemons_await_end(&channel, error)) || outcome == RPC_DISCONNECTED)
            view->stopped[view->stopped_count++] = (struct daemon_stopped){hello.path, hello.process};
    }
    rpc_client_release(&channel);
}

void daemons_stop(struct daemon_view *view, struct arena *arena, const struct settings *settings, const char *path,
                  struct error *error) {
    AUTO(socket_paths) addresses = {0};
    const struct search search = {view, arena, path, settings->config.answer_timeout_ms};
    socket_paths_find_all(&addresses, &settings->config, getenv);
    view->stopped = arena_allocate(arena, addresses.count + 1, sizeof *view->stopped);
    for (size_t i = 0; i < addresses.count; i++)
        if (!manager_listens(addresses.names[i]))
            stop_one(&search, addresses.names[i], error);
}
