#include "stop_signal.h"

#include <signal.h>
#include <stddef.h>
#include <uv.h>

static struct {
    bool is_kept, has_come;
    uv_loop_t loop; /* runs only to find out what has come */
    uv_signal_t terminate, interrupt, hang_up;
} kept;

static void on_stop(uv_signal_t *signal, int number) {
    (void)signal;
    (void)number;
    kept.has_come = true;
}

static void on_hang_up(uv_signal_t *signal, int number) {
    (void)signal;
    (void)number;
}

static void keep(uv_signal_t *handle, uv_signal_cb call, int number) {
    uv_signal_init(&kept.loop, handle);
    uv_signal_start(handle, call, number);
}

void stop_signal_keep(void) {
    if (kept.is_kept)
        return;
    kept.is_kept = true;
    uv_loop_init(&kept.loop);
    keep(&kept.terminate, on_stop, SIGTERM);
    keep(&kept.interrupt, on_stop, SIGINT);
    keep(&kept.hang_up, on_hang_up, SIGHUP);
}

bool stop_signal_has_come(void) {
    uv_run(&kept.loop, UV_RUN_NOWAIT);
    return kept.has_come;
}
