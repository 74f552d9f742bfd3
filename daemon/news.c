#include "news.h"

#include <stdio.h>
#include <string.h>

#include "base/diagnostics.h"
#include "base/text.h"
#include "boot_timer.h"
#include "claims/claim_board.h"
#include "config/settings.h"
#include "disk/files.h"
#include "net/publisher.h"
#include "os/log.h"
#include "os/systemd.h"
#include "plan/plan.h"
#include "serve/auto_create.h"
#include "serve/dispatch.h"
#include "server_options.h"
#include "settle_timer.h"
#include "shutdown.h"
#include "view/changes.h"
#include "view/event.h"
#include "waiting_events.h"
#include "watch/claim_watch.h"
#include "watch/live_workspace.h"
#include "watch/mount_watch.h"
#include "watch/plan_cache.h"
#include "watch/root_path_watch.h"

enum {
    POLL_MS = 1000,    /* between looks at everything, while the watches are degraded */
    ROOT_MS = 4000,    /* between looks at the root's path where not all that it leads over can be watched */
    KEEPERS_MS = 1000, /* between looks whether those who keep claims are alive */
    WRITING_MS = 20,   /* the shortest settle time while files are written: their end is a separate change */
};

void news_report_status(struct server *server) {
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

static void note_event(void *data, const struct event *event) {
    struct server *server = data;
    waiting_events_add(&server->news, event);
}

static void on_idle(uv_idle_t *idle);

/* In the order in which they were noted; those that are left are published when other clients have had their turn. */
static void publish_some(struct server *server) {
    enum { EVENTS_MOST = 128 };
    const struct event *event;
    for (size_t i = 0; i < EVENTS_MOST && (event = waiting_events_take(&server->news)); i++) {
        publisher_add(&server->publisher, event);
        log_event(event);
    }
    publisher_pump(&server->publisher);
    if (server->news.first && !server->is_stopping)
        uv_idle_start(&server->publishing, on_idle);
    else
        uv_idle_stop(&server->publishing);
}

static void on_idle(uv_idle_t *idle) {
    publish_some(idle->data);
}

static bool is_being_written(void *data, const char *path) {
    const struct server *server = data;
    return files_is_being_written(&server->live.cache.workspace.files, path);
}

static void on_poll(uv_timer_t *timer);
static void on_watch(uv_poll_t *poll, int status, int events);

/* The instance may be had later than at the start: then the root's path can be watched as well. */
static void start_watching(struct server *server) {
    if (server->is_watching || server->live.watcher.descriptor < 0)
        return;
    server->is_watching = true;
    uv_poll_init(&server->loop, &server->watch, server->live.watcher.descriptor);
    server->watch.data = server;
    uv_poll_start(&server->watch, UV_READABLE, on_watch);
    news_look_after_root(server);
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

void news_automate(struct server *server) {
    if (server->options->settings->config.auto_creates_executions)
        auto_create_review(&server->auto_create, &server->live.cache, &server->live.claims.board, &server->sink,
                           uv_now(&server->loop));
    else
        auto_create_release(&server->auto_create);
    create_owed(server);
}

static void on_owed(uv_timer_t *timer) {
    news_automate(timer->data);
}

void news_note_created(void *data, const char *plan_path, uint32_t level, bool is_settled,
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
    publish_some(server);
    news_automate(server);
    news_report_status(server);
    if (live_workspace_is_behind(&server->live)) /* it changed meanwhile; nothing else would wake us for that */
        news_settle(server, 1);
}

void news_settle(struct server *server, uint64_t least_ms) {
    uint64_t wait_ms = (uint64_t)server->options->settings->config.settle_ms;
    if (!server->is_stopping)
        settle_timer_start(&server->settling, wait_ms > least_ms ? wait_ms : least_ms);
}

static void check_root(struct server *server) {
    if (server->is_stopping || live_workspace_is_root_there(&server->live, server->options->settings->named))
        return;
    log_message(MESSAGE_ROOT_LOST, "%s is not there any more, or is another folder now: starting again",
                server->live.cache.workspace.root);
    shutdown_begin(server, SERVER_ROOT_MOVED);
}

static void on_root(uv_timer_t *timer) {
    news_look_after_root(timer->data);
}

void news_look_after_root(struct server *server) {
    const struct settings *settings = server->options->settings;
    server->root_path.has_changed = server->live.has_lost_root = false;
    root_path_watch_watch(&server->root_path, server->live.watcher.descriptor, settings->named, settings->root);
    if (server->root_path.is_whole)
        uv_timer_stop(&server->root);
    else
        uv_timer_start(&server->root, on_root, ROOT_MS, ROOT_MS);
    check_root(server);
}

static void on_keepers(uv_timer_t *timer) {
    struct server *server = timer->data;
    claim_watch_look_at_keepers(&server->live.claims);
    if (live_workspace_has_news(&server->live))
        news_settle(server, 0);
}

static void on_expiry(void *data) {
    news_settle(data, 0);
}

/* Before the loop waits: whatever has read the events, for an answer, an audit or to publish, may have read one about
 * the root's path. */
static void on_prepare(uv_prepare_t *prepare) {
    struct server *server = prepare->data;
    bool is_looking = uv_is_active((const uv_handle_t *)&server->keepers);
    if (server->live.claims.has_keepers && !is_looking && !server->is_stopping)
        uv_timer_start(&server->keepers, on_keepers, KEEPERS_MS, KEEPERS_MS);
    else if (!server->live.claims.has_keepers && is_looking)
        uv_timer_stop(&server->keepers);
    boot_timer_set(&server->expiry, server->live.claims.earliest_ms);
    if (!server->is_stopping && (server->live.has_lost_root || server->root_path.has_changed))
        news_look_after_root(server);
}

static void on_watch(uv_poll_t *poll, int status, int events) {
    struct server *server = poll->data;
    (void)status;
    (void)events;
    server->settling.again_ms = 0;
    live_workspace_drain(&server->live);
    news_settle(server, server->live.has_ended ? 0 : WRITING_MS);
}

static void on_mounts(uv_poll_t *poll, int status, int events) {
    struct server *server = poll->data;
    (void)status;
    (void)events;
    news_look_after_root(server);
    /* what was mounted and is gone again before this event may have been read */
    if (!mount_watch_may_concern_us(&server->mounts) && !server->live.watcher.has_crossed)
        return;
    live_workspace_sweep_soon(&server->live);
    news_settle(server, 0);
}

static void on_poll(uv_timer_t *timer) {
    struct server *server = timer->data;
    check_root(server);
    if (!server->is_stopping)
        publish_news(server);
}

/* --- handles --- */

void news_init(struct server *server) {
    uv_timer_t *timers[] = {&server->poll, &server->root, &server->owed, &server->keepers};
    server->sink = (struct changes_sink){note_event, is_being_written, server};
    if (server->mounts.descriptor >= 0) {
        uv_poll_init(&server->loop, &server->mounting, server->mounts.descriptor);
        server->mounting.data = server;
    }
    settle_timer_init(&server->settling, &server->loop, publish_news, server);
    for (size_t i = 0; i < sizeof timers / sizeof *timers; i++) {
        uv_timer_init(&server->loop, timers[i]);
        timers[i]->data = server;
    }
    boot_timer_init(&server->expiry, &server->loop, on_expiry, server);
    uv_idle_init(&server->loop, &server->publishing);
    server->publishing.data = server;
    uv_prepare_init(&server->loop, &server->prepare);
    server->prepare.data = server;
    uv_prepare_start(&server->prepare, on_prepare);
}

void news_start(struct server *server) {
    if (server->mounts.descriptor >= 0)
        uv_poll_start(&server->mounting, UV_PRIORITIZED, on_mounts);
    choose_polling(server);
    if (live_workspace_is_behind(&server->live))
        news_settle(server, 1);
    news_report_status(server);
    start_watching(server);
    news_automate(server);
    news_look_after_root(server); /* it may have gone since its path was read */
}
