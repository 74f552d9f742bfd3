#include "settle_timer.h"

enum {
    SETTLE_TIMER_CEILING = 10, /* settle times that something can wait */
    AGAIN_MOST_MS = 500,       /* between looks at whether a file is still being written */
};

static void on_time(uv_timer_t *handle) {
    struct settle_timer *timer = handle->data;
    timer->publish(timer->data);
}

void settle_timer_init(struct settle_timer *timer, uv_loop_t *loop, void (*publish)(void *data), void *data) {
    *timer = (struct settle_timer){.publish = publish, .data = data};
    uv_timer_init(loop, &timer->handle);
    timer->handle.data = timer;
}

void settle_timer_start(struct settle_timer *timer, uint64_t wait_ms) {
    uint64_t now_ms = uv_now(timer->handle.loop);
    if (timer->since_ms == 0)
        timer->since_ms = now_ms ? now_ms : 1;
    uint64_t waited_ms = now_ms - timer->since_ms, ceiling_ms = wait_ms * SETTLE_TIMER_CEILING;
    uint64_t left_ms = waited_ms < ceiling_ms ? ceiling_ms - waited_ms : 0;
    if (left_ms == 0)
        timer->publish(timer->data);
    else
        uv_timer_start(&timer->handle, on_time, wait_ms < left_ms ? wait_ms : left_ms, 0);
}

/*
 * The kernel reports that a file was closed before it forgets that it was open (__fput), and nothing after that: so
 * what is held back is looked at again without an event, soon at first.
 */
static void look_again(struct settle_timer *timer) {
    uint64_t wait_ms = timer->again_ms, next_ms = wait_ms ? wait_ms * 2 : 1;
    timer->again_ms = next_ms < AGAIN_MOST_MS ? next_ms : AGAIN_MOST_MS;
    uv_timer_start(&timer->handle, on_time, wait_ms, 0);
}

void settle_timer_published(struct settle_timer *timer, bool is_holding) {
    timer->since_ms = 0;
    settle_timer_stop(timer);
    if (is_holding)
        look_again(timer);
    else
        timer->again_ms = 0;
}

void settle_timer_stop(struct settle_timer *timer) {
    uv_timer_stop(&timer->handle);
}
