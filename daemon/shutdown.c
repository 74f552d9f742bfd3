#include "shutdown.h"

#include "boot_timer.h"
#include "net/listener.h"
#include "os/log.h"
#include "os/systemd.h"
#include "root_lock.h"
#include "settle_timer.h"

enum {
    STOP_LOOK_MS = 20, /* between looks whether nothing is in hand any more */
    STOP_MS = 4000,    /* for answers to be taken, once asked to stop */
};

static void close_one(uv_handle_t *handle, void *data) {
    (void)data;
    if (!uv_is_closing(handle))
        uv_close(handle, NULL);
}

/* Connections free themselves when they are closed, everything else is a part of the server. */
void shutdown_close_all(struct server *server) {
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
        shutdown_close_all(server);
}

void shutdown_begin(struct server *server, enum server_outcome outcome) {
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
    uv_idle_stop(&server->publishing);
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
