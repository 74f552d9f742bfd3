#include "boot_timer.h"

#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

static void on_time(uv_poll_t *poll, int status, int events) {
    struct boot_timer *timer = poll->data;
    uint64_t count;
    (void)status;
    (void)events;
    if (read(timer->descriptor, &count, sizeof count) == sizeof count)
        timer->call(timer->data);
}

void boot_timer_init(struct boot_timer *timer, uv_loop_t *loop, void (*call)(void *data), void *data) {
    *timer = (struct boot_timer){.call = call, .data = data};
    timer->descriptor = timerfd_create(CLOCK_BOOTTIME, TFD_NONBLOCK | TFD_CLOEXEC);
    if (timer->descriptor < 0)
        return;
    uv_poll_init(loop, &timer->poll, timer->descriptor);
    timer->poll.data = timer;
    uv_poll_start(&timer->poll, UV_READABLE, on_time);
}

void boot_timer_set(struct boot_timer *timer, uint64_t at_ms) {
    const struct itimerspec at = {
        .it_value = {.tv_sec = (time_t)(at_ms / 1000), .tv_nsec = (long)(at_ms % 1000) * 1000000}};
    if (timer->descriptor < 0 || timer->at_ms == at_ms)
        return;
    timer->at_ms = at_ms;
    timerfd_settime(timer->descriptor, TFD_TIMER_ABSTIME, &at, NULL);
}

void boot_timer_stop(struct boot_timer *timer) {
    if (timer->descriptor >= 0)
        uv_poll_stop(&timer->poll);
}

void boot_timer_release(struct boot_timer *timer) {
    if (timer->descriptor >= 0)
        close(timer->descriptor);
    timer->descriptor = -1;
}
