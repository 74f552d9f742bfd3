/*
 * A boot timer calls at a time of CLOCK_BOOTTIME, which goes on while the machine sleeps, as the timers of the loop do
 * not.
 */
#ifndef BATCHD_BOOT_TIMER_H
#define BATCHD_BOOT_TIMER_H

#include <stdint.h>
#include <uv.h>

struct boot_timer {
    uv_poll_t poll;
    int descriptor; /* -1 where the kernel gives none: then it never calls */
    uint64_t at_ms; /* what it was set to last; 0: none */
    void (*call)(void *data);
    void *data;
};

/* @timer must not be moved afterwards. */
void boot_timer_init(struct boot_timer *timer, uv_loop_t *loop, void (*call)(void *data), void *data);
/* Call once at @at_ms, or at once if that is over; 0: never. The time that it was set to already changes nothing. */
void boot_timer_set(struct boot_timer *timer, uint64_t at_ms);
void boot_timer_stop(struct boot_timer *timer);
/* After the loop has closed its handles. */
void boot_timer_release(struct boot_timer *timer);

#endif
