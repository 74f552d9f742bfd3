#include "away.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/version.h"
#include "config/config.h"
#include "config/socket_path.h"
#include "disk/files.h"
#include "format/json_writer.h"
#include "net/connection.h"
#include "net/listener.h"
#include "os/hangup.h"
#include "os/log.h"
#include "os/systemd.h"
#include "stop_signal.h"
#include "wire/rpc.h"

enum {
    LOOK_MS = 500,          /* between looks at the path */
    AWAY_MOST_MS = 300000,  /* then the workspace is gone for good */
    ANSWER_TAKEN_MS = 1000, /* for the answer to "shutdown" */
};

struct away {
    const struct server_options *options;
    const char *named;
    uv_loop_t loop;
    uv_timer_t look, stop;
    uv_signal_t signals[3];
    struct listener listener;
    uint64_t begun_ms, away_most_ms; /* 0 is forever */
    enum away_outcome outcome;
    bool is_ending;
};

/* --- the end --- */

static void close_one(uv_handle_t *handle, void *data) {
    (void)data;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

static void on_stop(uv_timer_t *timer) {
    struct away *away = timer->data;
    if (away->listener.owner.unsent && uv_now(&away->loop) - away->begun_ms < ANSWER_TAKEN_MS)
        return;
    listener_close(&away->listener);
    uv_walk(&away->loop, close_one, NULL);
}

static void end(struct away *away, enum away_outcome outcome) {
    if (away->is_ending)
        return;
    away->is_ending = true;
    away->outcome = outcome;
    away->begun_ms = uv_now(&away->loop);
    listener_stop(&away->listener);
    uv_timer_stop(&away->look);
    uv_timer_start(&away->stop, on_stop, 1, 1);
}

static void on_signal(uv_signal_t *signal, int number) {
    struct away *away = signal->data;
    if (number != SIGHUP || away->options->is_tied)
        end(away, AWAY_STOPPED);
}

/* --- what it waits for --- */

static bool is_there(const char *named) {
    AUTO_CALL(files_close) struct files files = FILES_CLOSED;
    AUTO(error) error = {0};
    return files_open(&files, named, &error);
}

static void on_look(uv_timer_t *timer) {
    struct away *away = timer->data;
    uint64_t away_ms = uv_now(&away->loop) - away->begun_ms;
    systemd_ping_watchdog();
    if (is_there(away->named)) {
        end(away, AWAY_RETURNED);
    } else if (away->options->is_tied && hangup_has_happened()) {
        end(away, AWAY_STOPPED);
    } else if (away->away_most_ms && away_ms >= away->away_most_ms) {
        log_message(MESSAGE_STOPPING, "%s has been gone for %llu s: ending", away->named,
                    (unsigned long long)away_ms / 1000);
        end(away, AWAY_OVER);
    }
}

/* --- what it answers --- */

static void write_hello(const struct away *away, struct buffer *result) {
    struct json_writer writer = {.buffer = result};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "version", program_version);
    json_writer_key_unsigned(&writer, "protocol", RPC_PROTOCOL);
    json_writer_key_string(&writer, "root", NULL);
    json_writer_key_string(&writer, "path", away->options->settings->root);
    json_writer_key_string(&writer, "named", away->named);
    json_writer_key_unsigned(&writer, "process", (uint64_t)getpid());
    json_writer_close_object(&writer);
}

/* False if it cannot be answered without a workspace. */
static bool answer(struct away *away, const struct rpc_message *message, struct buffer *result) {
    if (message->root)
        return false;
    if (strcmp(message->method, "hello") == 0)
        write_hello(away, result);
    else if (strcmp(message->method, "ping") == 0)
        buffer_append_string(result, "\"pong\"");
    else if (strcmp(message->method, "shutdown") == 0)
        buffer_append_string(result, "{}");
    return result->length > 0;
}

static void handle_line(void *data, struct connection *connection, struct span line) {
    struct away *away = data;
    struct rpc_message message;
    struct rpc_fault fault = {0};
    struct buffer reply = {0}, result = {0};
    bool is_stop = false;
    if (!rpc_read_message(&message, line, &fault)) {
        rpc_write_fault(&reply, message.id, &fault);
    } else if (answer(away, &message, &result)) {
        rpc_write_result(&reply, message.id, buffer_span(&result));
        is_stop = strcmp(message.method, "shutdown") == 0;
    } else {
        fault = (struct rpc_fault){RPC_OTHER_ROOT, "the workspace of this daemon is gone; it waits for it"};
        rpc_write_fault(&reply, message.id, &fault);
    }
    if (!message.id.length) /* to a notification nothing is replied */
        buffer_clear(&reply);
    connection_reply(connection, &reply);
    buffer_release(&result);
    rpc_message_release(&message);
    if (is_stop)
        end(away, AWAY_STOPPED);
}

static void ignore(void *data, struct connection *connection) {
    (void)data;
    (void)connection;
}

/* Without a socket it cannot be asked to stop, but signals and the clock end it as well. */
static void listen_meanwhile(struct away *away) {
    const struct server_options *options = away->options;
    AUTO(arena) arena = {0};
    AUTO(error) error = {0};
    bool is_listening =
        options->socket_count
            ? listener_adopt(&away->listener, options->sockets, options->socket_count, &error)
            : listener_bind(&away->listener, socket_path_of_waiting(&arena, options->overrides->variable), &error);
    if (!is_listening)
        log_say(LOG_LEVEL_WARNING, "%s", error.message);
}

/* --- life --- */

static void begin(struct away *away) {
    static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
    uv_loop_init(&away->loop);
    uv_timer_init(&away->loop, &away->look);
    uv_timer_init(&away->loop, &away->stop);
    away->look.data = away->stop.data = away;
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        uv_signal_init(&away->loop, &away->signals[i]);
        away->signals[i].data = away;
        uv_signal_start(&away->signals[i], on_signal, numbers[i]);
    }
    listener_init(&away->listener, &away->loop);
    away->listener.owner.handle = handle_line;
    away->listener.owner.drained = away->listener.owner.lost = ignore;
    away->listener.owner.data = away;
    listen_meanwhile(away);
    away->begun_ms = uv_now(&away->loop);
    uv_timer_start(&away->look, on_look, 0, LOOK_MS);
    if (stop_signal_has_come()) /* before this loop began */
        end(away, AWAY_STOPPED);
}

/* How long it may stay away. Tests have no minutes: BATCHD_AWAY_MS. */
static uint64_t find_patience(const struct server_options *options) {
    const char *text = options->overrides->variable("BATCHD_AWAY_MS");
    if (options->is_supervised)
        return 0;
    return text ? strtoull(text, NULL, 10) : AWAY_MOST_MS;
}

enum away_outcome away_wait(const struct server_options *options, const char *named) {
    struct away *away = memory_allocate(1, sizeof *away);
    *away = (struct away){.options = options, .named = named, .away_most_ms = find_patience(options)};
    begin(away);
    systemd_say_status("waiting for the workspace to be there again"); /* and it can be stopped from now on */
    uv_run(&away->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&away->loop);
    assert(left == 0);
    (void)left;
    enum away_outcome outcome = away->outcome;
    memory_free(away);
    if (outcome != AWAY_RETURNED)
        systemd_say_stopping();
    return outcome;
}
