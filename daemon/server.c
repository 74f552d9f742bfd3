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
#include "base/text.h"
#include "boot_timer.h"
#include "claims/claim_board.h"
#include "claims/claim_folder.h"
#include "config/config.h"
#include "config/socket_path.h"
#include "disk/files.h"
#include "doctor/check_system.h"
#include "net/connection.h"
#include "net/listener.h"
#include "net/publisher.h"
#include "os/hangup.h"
#include "os/log.h"
#include "os/systemd.h"
#include "plan/plan.h"
#include "recovery.h"
#include "root_lock.h"
#include "serve/auto_create.h"
#include "serve/daemon_methods.h"
#include "serve/dispatch.h"
#include "settle_timer.h"
#include "view/changes.h"
#include "view/event.h"
#include "watch/claim_watch.h"
#include "watch/live_workspace.h"
#include "watch/mount_watch.h"
#include "watch/plan_cache.h"
#include "watch/root_path_watch.h"
#include "wire/rpc.h"

enum {
    POLL_MS = 1000,    /* between looks at everything, while the watches are degraded */
    ROOT_MS = 4000,    /* between looks at the root's path where not all that it leads over can be watched */
    KEEPERS_MS = 1000, /* between looks whether those who keep claims are alive */
    TIE_MS = 2000,     /* between looks whether our terminal is still there */
    WRITING_MS = 20,   /* the shortest settle time while files are written: their end is a separate change */
    STOP_LOOK_MS = 20, /* between looks whether nothing is in hand any more */
    STOP_MS = 4000,    /* for answers to be taken, once asked to stop */
};

struct server {
    const struct server_options *options;
    uv_loop_t loop;
    uv_poll_t watch;
    uv_poll_t mounting;
    bool is_watching; /* the watcher has an instance, and @watch is its */
    uv_timer_t poll, watchdog, root, audit, owed, tie, stop, keepers;
    uv_prepare_t prepare;
    struct boot_timer expiry; /* of the claim that runs out next */
    uv_signal_t terminate, interrupt, hang_up;
    struct root_lock lock; /* as long as it serves */
    struct mount_watch mounts;
    struct root_path_watch root_path;
    struct live_workspace live;
    struct publisher publisher;
    struct listener listener;
    struct dispatch dispatch;
    struct auto_create auto_create;
    struct changes_sink sink;
    struct settle_timer settling;
    uint64_t stopping_ms; /* since when it is */
    enum server_outcome outcome;
    bool is_stopping, is_closed;
    char status[160]; /* as it was reported last */
};

/* --- publishing --- */

/*
 * Only what is new, so that the service manager need not read what it knows. What it had no room for is reported again
 * with the next ping of the watchdog.
 */
static void report_status(struct server *server) {
    char text[sizeof server->status];
    const struct plan_cache *cache = &server->live.cache;
    size_t achievements = 0, ready = 0;
    for (size_t i = 0; i < cache->workspace.plan_count; i++) {
        const struct plan *plan = &cache->entries[i]->plan;
        achievements += plan->standing_count;
        for (size_t k = 0; k < plan->standing_count; k++)
            ready += plan->standings[k].is_ready;
    }
    snprintf(text, sizeof text, "%zu plan%s, %zu achievements, %zu ready%s%s", cache->workspace.plan_count,
             text_plural(cache->workspace.plan_count), achievements, ready,
             server->live.watcher.is_degraded ? "; polling: " : "",
             server->live.watcher.is_degraded ? server->live.watcher.reason : "");
    if (strcmp(text, server->status) == 0)
        return;
    if (systemd_say_status(text))
        memcpy(server->status, text, sizeof text);
}

static void publish(void *data, const struct event *event) {
    struct server *server = data;
    publisher_add(&server->publisher, event);
    log_event(event);
}

static bool is_being_written(void *data, const char *path) {
    const struct server *server = data;
    return files_is_being_written(&server->live.cache.workspace.files, path);
}

static void on_poll(uv_timer_t *timer);
static void on_watch(uv_poll_t *poll, int status, int events);
static void look_after_root(struct server *server);

/* The instance may be had later than at the start: then the root's path can be watched as well. */
static void start_watching(struct server *server) {
    if (server->is_watching || server->live.watcher.descriptor < 0)
        return;
    server->is_watching = true;
    uv_poll_init(&server->loop, &server->watch, server->live.watcher.descriptor);
    server->watch.data = server;
    uv_poll_start(&server->watch, UV_READABLE, on_watch);
    look_after_root(server);
}

/* What cannot be watched, a folder or a file that has other names, is looked at now and then. */
static void choose_polling(struct server *server) {
    bool is_polling = uv_is_active((const uv_handle_t *)&server->poll);
    bool is_wanted = server->live.watcher.is_degraded || server->live.cache.linked_count;
    if (is_wanted && !is_polling)
        uv_timer_start(&server->poll, on_poll, POLL_MS, POLL_MS);
    if (!is_wanted && is_polling)
        uv_timer_stop(&server->poll);
}

static void settle(struct server *server, uint64_t least_ms);

/* --- what is created without being asked --- */

static void on_owed(uv_timer_t *timer);

static void create_owed(struct server *server) {
    uint64_t now_ms = uv_now(&server->loop);
    for (const struct debt *debt; !server->is_stopping && (debt = auto_create_take(&server->auto_create, now_ms));)
        dispatch_create_level(&server->dispatch, debt->plan_path, debt->level);
    uint64_t wait_ms = auto_create_wait_ms(&server->auto_create, now_ms);
    if (server->is_stopping || wait_ms == UINT64_MAX)
        uv_timer_stop(&server->owed);
    else
        uv_timer_start(&server->owed, on_owed, wait_ms, 0);
}

static void automate(struct server *server) {
    if (server->options->settings->config.auto_creates_executions)
        auto_create_review(&server->auto_create, &server->live.cache, &server->live.claims.board, &server->sink,
                           uv_now(&server->loop));
    else
        auto_create_release(&server->auto_create);
    create_owed(server);
}

static void on_owed(uv_timer_t *timer) {
    automate(timer->data);
}

static void on_automatic(void *data, const char *plan_path, uint32_t level, bool is_settled,
                         const struct answer *answer) {
    struct server *server = data;
    const struct diagnostics *diagnostics = &answer->diagnostics;
    if (auto_create_settle(&server->auto_create, plan_path, level, is_settled, answer, uv_now(&server->loop)))
        log_message(MESSAGE_AUTOMATION_FAILED, "auto_create: level %u of %s: %s; it is tried again", level, plan_path,
                    diagnostics->count ? diagnostics->items[diagnostics->count - 1].message
                                       : error_meaning(answer->code));
    create_owed(server);
}

static void publish_news(void *data) {
    struct server *server = data;
    settle_timer_published(&server->settling, live_workspace_publish(&server->live, &server->sink));
    start_watching(server);
    choose_polling(server);
    publisher_pump(&server->publisher);
    automate(server);
    report_status(server);
    if (live_workspace_is_behind(&server->live)) /* it changed meanwhile; nothing else would wake us for that */
        settle(server, 1);
}

/* What has been noted is published once it is quiet, or has waited for long enough. */
static void settle(struct server *server, uint64_t least_ms) {
    uint64_t wait_ms = (uint64_t)server->options->settings->config.settle_ms;
    if (!server->is_stopping)
        settle_timer_start(&server->settling, wait_ms > least_ms ? wait_ms : least_ms);
}

static void shut_down(struct server *server, enum server_outcome outcome);

static void check_root(struct server *server) {
    if (server->is_stopping || live_workspace_is_root_there(&server->live, server->options->settings->named))
        return;
    log_message(MESSAGE_ROOT_LOST, "%s is not there any more, or is another folder now: starting again",
                server->live.cache.workspace.root);
    shut_down(server, SERVER_ROOT_MOVED);
}

static void on_root(uv_timer_t *timer) {
    look_after_root(timer->data);
}

/* Its path may lead over other folders and links than before. */
static void look_after_root(struct server *server) {
    const struct settings *settings = server->options->settings;
    server->root_path.has_changed = server->live.has_lost_root = false;
    root_path_watch_watch(&server->root_path, server->live.watcher.descriptor, settings->named, settings->root);
    if (server->root_path.is_whole)
        uv_timer_stop(&server->root);
    else
        uv_timer_start(&server->root, on_root, ROOT_MS, ROOT_MS);
    check_root(server);
}

/* Before the loop waits: whatever has read the events, for an answer, an audit or to publish, may have read one about
 * the root's path. */
static void on_keepers(uv_timer_t *timer) {
    struct server *server = timer->data;
    claim_watch_look_at_keepers(&server->live.claims);
    if (live_workspace_has_news(&server->live))
        settle(server, 0);
}

static void on_expiry(void *data) {
    settle(data, 0);
}

static void on_prepare(uv_prepare_t *prepare) {
    struct server *server = prepare->data;
    bool is_looking = uv_is_active((const uv_handle_t *)&server->keepers);
    if (server->live.claims.has_keepers && !is_looking && !server->is_stopping)
        uv_timer_start(&server->keepers, on_keepers, KEEPERS_MS, KEEPERS_MS);
    else if (!server->live.claims.has_keepers && is_looking)
        uv_timer_stop(&server->keepers);
    boot_timer_set(&server->expiry, server->live.claims.earliest_ms);
    if (!server->is_stopping && (server->live.has_lost_root || server->root_path.has_changed))
        look_after_root(server);
}

static void on_watch(uv_poll_t *poll, int status, int events) {
    struct server *server = poll->data;
    (void)status;
    (void)events;
    server->settling.again_ms = 0;
    live_workspace_drain(&server->live);
    settle(server, server->live.has_ended ? 0 : WRITING_MS);
}

static void on_mounts(uv_poll_t *poll, int status, int events) {
    struct server *server = poll->data;
    (void)status;
    (void)events;
    look_after_root(server);
    /* what was mounted and is gone again before this event may have been read */
    if (!mount_watch_may_concern_us(&server->mounts) && !server->live.watcher.has_crossed)
        return;
    live_workspace_sweep_soon(&server->live);
    settle(server, 0);
}

static void on_poll(uv_timer_t *timer) {
    struct server *server = timer->data;
    check_root(server);
    if (!server->is_stopping)
        publish_news(server);
}

/* --- the service manager, and looking after ourselves --- */

static void on_watchdog(uv_timer_t *timer) {
    systemd_ping_watchdog();
    report_status(timer->data);
}

static void on_audit(uv_timer_t *timer) {
    struct server *server = timer->data;
    if (server->is_stopping)
        return;
    if (!live_workspace_audit(&server->live))
        log_message(MESSAGE_AUDIT_DIFFERENCE,
                    "a plan is not as it was kept in memory, which is a bug; it is read again");
    if (live_workspace_has_news(&server->live))
        settle(server, 0);
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
        look_after_root(server);
        automate(server);
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
    report_status(server);
    return is_read;
}

/* --- stopping --- */

static void close_one(uv_handle_t *handle, void *data) {
    (void)data;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Connections free themselves when they are closed, everything else is a part of the server. */
static void close_all(struct server *server) {
    if (server->is_closed)
        return;
    server->is_closed = true;
    /* before the last client is disconnected, which may start another daemon at once */
    root_lock_release(&server->lock);
    listener_close(&server->listener);
    uv_walk(&server->loop, close_one, NULL);
}

/* A batch in hand is finished, and answered; a peer that does not take its answer is not waited for so long. */
static void on_stop(uv_timer_t *timer) {
    struct server *server = timer->data;
    bool is_late = uv_now(&server->loop) - server->stopping_ms > STOP_MS;
    if (server->dispatch.job_count == 0 && (is_late || server->listener.owner.unsent == 0))
        close_all(server);
}

/* What is in hand is finished; nothing new is taken up. */
static void shut_down(struct server *server, enum server_outcome outcome) {
    if (server->is_stopping) {
        if (outcome == SERVER_STOPPED) /* asked to, while it was about to start again */
            server->outcome = outcome;
        return;
    }
    server->is_stopping = true;
    atomic_store(&server->dispatch.is_stopping, true);
    server->stopping_ms = uv_now(&server->loop);
    server->outcome = outcome;
    if (outcome == SERVER_STOPPED)
        systemd_say_stopping();
    listener_stop(&server->listener);
    if (server->is_watching)
        uv_poll_stop(&server->watch);
    if (server->mounts.descriptor >= 0)
        uv_poll_stop(&server->mounting);
    settle_timer_stop(&server->settling);
    uv_timer_stop(&server->poll);
    uv_timer_stop(&server->root);
    uv_timer_stop(&server->audit);
    uv_timer_stop(&server->tie);
    uv_timer_stop(&server->keepers);
    boot_timer_stop(&server->expiry);
    uv_timer_stop(&server->owed);
    uv_timer_start(&server->stop, on_stop, 1, STOP_LOOK_MS);
    log_message(MESSAGE_STOPPING, "stopping%s", server->dispatch.job_count ? ", once the batch in hand is done" : "");
}

static void on_terminate(uv_signal_t *signal, int number) {
    struct server *server = signal->data;
    (void)number;
    shut_down(server, SERVER_STOPPED);
}

static void on_stop_asked(void *data) {
    shut_down(data, SERVER_STOPPED);
}

static void on_hang_up(uv_signal_t *signal, int number) {
    struct server *server = signal->data;
    AUTO(error) error = {0};
    (void)number;
    if (server->options->is_tied)
        shut_down(server, SERVER_STOPPED);
    else
        reload(server, &error);
}

static void on_tie(uv_timer_t *timer) {
    if (hangup_has_happened())
        shut_down(timer->data, SERVER_STOPPED);
}

/* --- starting --- */

/* After what may have read changes, or made it possible to read them. */
static void settle_news(void *data) {
    struct server *server = data;
    if (!server->is_stopping && live_workspace_has_news(&server->live) && !server->settling.since_ms)
        settle(server, 0);
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
    if (server->mounts.descriptor >= 0) {
        uv_poll_init(&server->loop, &server->mounting, server->mounts.descriptor);
        server->mounting.data = server;
    }
    settle_timer_init(&server->settling, &server->loop, publish_news, server);
    uv_timer_t *timers[] = {&server->poll, &server->watchdog, &server->root, &server->audit,
                            &server->owed, &server->tie,      &server->stop, &server->keepers};
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++)
        make_timer(server, timers[i]);
    boot_timer_init(&server->expiry, &server->loop, on_expiry, server);
    uv_prepare_init(&server->loop, &server->prepare);
    server->prepare.data = server;
    uv_prepare_start(&server->prepare, on_prepare);
    start_signal(server, &server->terminate, on_terminate, SIGTERM);
    start_signal(server, &server->interrupt, on_terminate, SIGINT);
    start_signal(server, &server->hang_up, on_hang_up, SIGHUP);
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
        .settled = on_automatic,
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
    if (server->mounts.descriptor >= 0)
        uv_poll_start(&server->mounting, UV_PRIORITIZED, on_mounts);
    if (watchdog_ms)
        uv_timer_start(&server->watchdog, on_watchdog, watchdog_ms, watchdog_ms);
    start_audits(server);
    if (server->options->is_tied)
        uv_timer_start(&server->tie, on_tie, TIE_MS, TIE_MS);
    choose_polling(server);
    if (live_workspace_is_behind(&server->live))
        settle(server, 1);
    if (server->live.watcher.is_degraded)
        log_message(MESSAGE_WATCH_DEGRADED, "not everything can be watched, so it is looked at every second: %s",
                    server->live.watcher.reason);
    else if (!check_system_has_instance())
        log_say(LOG_LEVEL_WARNING, "this daemon has the last inotify instance of this user: other programs get none "
                                   "(fs.inotify.max_user_instances)");
    systemd_say_ready("ready");
    report_status(server);
    start_watching(server);
    automate(server);
    look_after_root(server); /* it may have gone since its path was read */
}

static void finish(struct server *server) {
    uv_run(&server->loop, UV_RUN_DEFAULT);
    int left = uv_loop_close(&server->loop);
    assert(left == 0);
    (void)left;
    boot_timer_release(&server->expiry);
    dispatch_release(&server->dispatch);
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
        close_all(server);
    finish(server);
    live_workspace_close(&server->live);
    return server->outcome;
}

enum server_outcome server_run(const struct server_options *options, struct error *error) {
    struct server *server = memory_allocate(1, sizeof *server);
    *server = (struct server){.options = options, .lock = ROOT_LOCK_NONE, .outcome = SERVER_FAILED};
    server->mounts.descriptor = -1;
    server->sink = (struct changes_sink){publish, is_being_written, server};
    enum server_outcome outcome = serve(server, error);
    root_path_watch_release(&server->root_path);
    mount_watch_close(&server->mounts);
    root_lock_release(&server->lock);
    memory_free(server);
    return outcome;
}
