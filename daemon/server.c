#include "server.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <uv.h>

#include "api/answer.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "boot_timer.h"
#include "claims/claim_board.h"
#include "claims/claim_folder.h"
#include "config/config.h"
#include "config/settings.h"
#include "config/socket_path.h"
#include "doctor/check_system.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/publisher.h"
#include "news.h"
#include "os/hangup.h"
#include "os/log.h"
#include "os/systemd.h"
#include "recovery.h"
#include "root_lock.h"
#include "serve/auto_create.h"
#include "serve/daemon_methods.h"
#include "serve/dispatch.h"
#include "server_state.h"
#include "shutdown.h"
#include "stop_signal.h"
#include "view/event.h"
#include "waiting_events.h"
#include "watch/claim_watch.h"
#include "watch/live_workspace.h"
#include "watch/mount_watch.h"
#include "watch/root_path_watch.h"
#include "wire/rpc.h"

enum { TIE_MS = 2000 /* between looks whether our terminal is still there */ };

/* --- the service manager, and looking after ourselves --- */

static void on_watchdog(uv_timer_t *timer) {
    systemd_ping_watchdog();
    news_report_status(timer->data);
}

static void report_audits(struct server *server) {
    if (server->audit_differences != server->live.audit_differences)
        log_message(MESSAGE_AUDIT_DIFFERENCE,
                    "a plan is not as it was kept in memory, which is a bug; it is read again");
    server->audit_differences = server->live.audit_differences;
}

static void on_audit(uv_timer_t *timer) {
    struct server *server = timer->data;
    if (server->is_stopping)
        return;
    live_workspace_audit(&server->live);
    report_audits(server);
    if (live_workspace_has_news(&server->live))
        news_settle(server, 0);
}

static void start_audits(struct server *server) {
    uint64_t interval_ms = (uint64_t)server->options->settings->config.audit_interval_ms;
    uv_timer_stop(&server->audit);
    if (interval_ms)
        uv_timer_start(&server->audit, on_audit, interval_ms, interval_ms);
}

/* The root and the socket are what we were started for. */
static bool is_same_place(const struct settings *old, const struct settings *fresh, struct error *error) {
    const char *const before[] = {old->root, old->config.socket}, *const after[] = {fresh->root, fresh->config.socket};
    static const char *const names[] = {"root", "socket"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (strcmp(before[i] ? before[i] : "", after[i] ? after[i] : "") == 0)
            continue;
        error_set(error, ERROR_INVALID, "the %s would be %s now, and a running daemon keeps its own", names[i],
                  after[i] ? after[i] : "another one");
        return error_hint(error, "start the daemon again for that");
    }
    return true;
}

/* What is new takes effect whole, or not at all. */
static bool reload(void *data, struct error *error) {
    struct server *server = data;
    struct settings fresh, *settings = server->options->settings;
    struct diagnostics diagnostics = {0};
    systemd_say_reloading();
    bool is_read = settings_read(&fresh, server->options->overrides, &diagnostics, error) &&
                   is_same_place(settings, &fresh, error);
    log_diagnostics(&diagnostics);
    if (is_read) {
        struct settings old = *settings;
        *settings = fresh;
        fresh = old;
        log_set_level(settings->config.log_level);
        start_audits(server);
        news_look_after_root(server);
        news_automate(server);
        log_message(MESSAGE_RELOADED, "the configuration has been read again");
    } else {
        log_message(MESSAGE_RELOAD_REFUSED, "the configuration stays as it was: %s", error->message);
        if (diagnostics.count)
            error_hint(error, "%s:%u: %s", diagnostics.items[0].file ? diagnostics.items[0].file : "settings",
                       diagnostics.items[0].line, diagnostics.items[0].message);
    }
    settings_release(&fresh);
    diagnostics_release(&diagnostics);
    server->status[0] = '\0';
    systemd_say_ready("reloaded");
    news_report_status(server);
    return is_read;
}

/* --- stopping --- */

static void on_terminate(uv_signal_t *signal, int number) {
    struct server *server = signal->data;
    (void)number;
    shutdown_begin(server, SERVER_STOPPED);
}

static void on_stop_asked(void *data) {
    shutdown_begin(data, SERVER_STOPPED);
}

static void on_hang_up(uv_signal_t *signal, int number) {
    struct server *server = signal->data;
    AUTO(error) error = {0};
    (void)number;
    if (server->options->is_tied)
        shutdown_begin(server, SERVER_STOPPED);
    else
        reload(server, &error);
}

static void on_tie(uv_timer_t *timer) {
    if (hangup_has_happened())
        shutdown_begin(timer->data, SERVER_STOPPED);
}

/* --- starting --- */

/* After what may have read changes, or made it possible to read them. */
static void settle_news(void *data) {
    struct server *server = data;
    report_audits(server);
    if (!server->is_stopping && live_workspace_has_news(&server->live) && !server->settling.since_ms)
        news_settle(server, 0);
}

static void handle_line(void *data, struct connection *connection, struct span line) {
    struct server *server = data;
    dispatch_line(&server->dispatch, connection, line);
    settle_news(server);
}

static void on_drained(void *data, struct connection *connection) {
    struct server *server = data;
    publisher_pump_one(&server->publisher, connection);
}

static void on_lost(void *data, struct connection *connection) {
    struct server *server = data;
    publisher_unsubscribe(&server->publisher, connection);
}

static void start_signal(struct server *server, uv_signal_t *handle, uv_signal_cb call, int number) {
    uv_signal_init(&server->loop, handle);
    handle->data = server;
    uv_signal_start(handle, call, number);
}

static void make_timer(struct server *server, uv_timer_t *timer) {
    uv_timer_init(&server->loop, timer);
    timer->data = server;
}

static void make_handles(struct server *server) {
    uv_loop_init(&server->loop);
    news_init(server);
    make_timer(server, &server->watchdog);
    make_timer(server, &server->audit);
    make_timer(server, &server->tie);
    make_timer(server, &server->stop);
    start_signal(server, &server->terminate, on_terminate, SIGTERM);
    start_signal(server, &server->interrupt, on_terminate, SIGINT);
    start_signal(server, &server->hang_up, on_hang_up, SIGHUP);
    stop_signal_keep();
    listener_init(&server->listener, &server->loop);
    server->listener.owner.handle = handle_line;
    server->listener.owner.drained = on_drained;
    server->listener.owner.lost = on_lost;
    server->listener.owner.data = server;
    server->listener.held = server->lock.descriptor;
    server->dispatch = (struct dispatch){
        .loop = &server->loop,
        .live = &server->live,
        .publisher = &server->publisher,
        .listener = &server->listener,
        .root = rpc_root_of(&server->options->settings->identity),
        .started_ms = uv_now(&server->loop),
        .find_method = daemon_methods_find,
        .auto_create = &server->auto_create,
        .settled = news_note_created,
        .job_ended = settle_news,
        .reload = reload,
        .stop = on_stop_asked,
        .data = server,
    };
    dispatch_start(&server->dispatch);
}

static const char *own_address(const struct server *server, struct arena *arena) {
    const struct settings *settings = server->options->settings;
    return socket_path_of_daemon(arena, &settings->config, &settings->identity, server->options->overrides->variable);
}

static bool start_listening(struct server *server, struct error *error) {
    struct arena arena = {0};
    bool is_listening;
    if (server->options->socket_count) {
        is_listening =
            listener_adopt(&server->listener, server->options->sockets, server->options->socket_count, error);
        log_message(MESSAGE_SERVING, "serving %s on the socket that was handed over", server->options->settings->root);
    } else {
        const char *path = own_address(server, &arena);
        is_listening = listener_bind(&server->listener, path, error);
        if (is_listening)
            log_message(MESSAGE_SERVING, "serving %s on %s", server->options->settings->root, path);
    }
    arena_release(&arena);
    return is_listening;
}

static void start(struct server *server) {
    uint64_t watchdog_ms = systemd_watchdog_ms();
    const struct event resync = {.type = EVENT_RESYNC, .reason = "the daemon has started"};
    publisher_add(&server->publisher, &resync);
    if (watchdog_ms)
        uv_timer_start(&server->watchdog, on_watchdog, watchdog_ms, watchdog_ms);
    start_audits(server);
    if (server->options->is_tied)
        uv_timer_start(&server->tie, on_tie, TIE_MS, TIE_MS);
    if (server->live.watcher.is_degraded)
        log_message(MESSAGE_WATCH_DEGRADED, "not everything can be watched, so it is looked at every second: %s",
                    server->live.watcher.reason);
    else if (!check_system_has_instance())
        log_say(LOG_LEVEL_WARNING, "this daemon has the last inotify instance of this user: other programs get none "
                                   "(fs.inotify.max_user_instances)");
    systemd_say_ready("ready");
    news_start(server);
    if (stop_signal_has_come()) /* before this loop began */
        shutdown_begin(server, SERVER_STOPPED);
}

static void finish(struct server *server) {
    uv_run(&server->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&server->loop);
    assert(left == 0);
    (void)left;
    boot_timer_release(&server->expiry);
    dispatch_release(&server->dispatch);
    waiting_events_release(&server->news);
    publisher_release(&server->publisher);
    auto_create_release(&server->auto_create);
}

static void note_other(void *data, const struct inotify_event *event) {
    struct server *server = data;
    root_path_watch_note(&server->root_path, event, server->options->settings->root);
    server->live.has_ended |= claim_watch_note(&server->live.claims, event);
}

/* Of the same repository as for a client of this user. */
static struct claim_setting claim_setting_of(const struct settings *settings) {
    return (struct claim_setting){settings->config.keeps_claims_in_state ? CLAIM_KEPT_IN_STATE : CLAIM_KEPT_IN_GIT,
                                  {getenv("HOME"), geteuid(), geteuid()},
                                  settings->config.lock_timeout_ms,
                                  NULL};
}

static bool take_root(struct server *server, struct error *error) {
    AUTO(arena) arena = {0};
    return root_lock_take(&server->lock, server->options->settings->root, own_address(server, &arena), error);
}

static enum server_outcome serve(struct server *server, struct error *error) {
    if (!take_root(server, error))
        return SERVER_FAILED;
    recovery_run(&server->lock.root);
    /* before anything is read */
    mount_watch_open(&server->mounts, server->options->settings->root);
    const struct claim_setting claims = claim_setting_of(server->options->settings);
    if (!live_workspace_open(&server->live, server->options->settings->root, &claims, error))
        return SERVER_FAILED;
    server->live.watcher.other = note_other;
    server->live.watcher.other_data = server;
    server->live.claims.has_changed = true; /* what was reported before is not known */
    publisher_init(&server->publisher);
    make_handles(server);
    if (start_listening(server, error))
        start(server);
    else
        shutdown_close_all(server);
    finish(server);
    live_workspace_close(&server->live);
    return server->outcome;
}

enum server_outcome server_run(const struct server_options *options, struct error *error) {
    struct server *server = memory_allocate(1, sizeof *server);
    *server = (struct server){.options = options, .lock = ROOT_LOCK_NONE, .outcome = SERVER_FAILED};
    server->mounts.descriptor = -1;
    enum server_outcome outcome = serve(server, error);
    root_path_watch_release(&server->root_path);
    mount_watch_close(&server->mounts);
    root_lock_release(&server->lock);
    memory_free(server);
    return outcome;
}
