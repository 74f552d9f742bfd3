/*
 * The state of the server, which its parts share: news.h publishes what has changed, shutdown.h ends it, server.h does
 * the rest.
 */
#ifndef BATCHD_SERVER_STATE_H
#define BATCHD_SERVER_STATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "boot_timer.h"
#include "net/listener.h"
#include "net/publisher.h"
#include "root_lock.h"
#include "serve/auto_create.h"
#include "serve/dispatch.h"
#include "server_options.h"
#include "settle_timer.h"
#include "view/changes.h"
#include "waiting_events.h"
#include "watch/live_workspace.h"
#include "watch/mount_watch.h"
#include "watch/root_path_watch.h"

struct server {
    const struct server_options *options;
    uv_loop_t loop;
    uv_poll_t watch;
    uv_poll_t mounting;
    bool is_watching; /* the watcher has an instance, and @watch is its */
    uv_timer_t poll, watchdog, root, audit, owed, tie, stop, keepers;
    uv_prepare_t prepare;
    uv_idle_t publishing;     /* as long as events wait */
    struct boot_timer expiry; /* of the claim that runs out next */
    uv_signal_t terminate, interrupt, hang_up;
    struct root_lock lock; /* as long as it serves */
    struct mount_watch mounts;
    struct root_path_watch root_path;
    struct live_workspace live;
    size_t audit_differences; /* that were logged */
    struct publisher publisher;
    struct listener listener;
    struct dispatch dispatch;
    struct auto_create auto_create;
    struct changes_sink sink;
    struct waiting_events news;
    struct settle_timer settling;
    uint64_t stopping_ms; /* since when it is */
    enum server_outcome outcome;
    bool is_stopping, is_closed;
    char status[160]; /* as it was reported last */
};

#endif
