/*
 * The settle timer: when changes are published. Once it is quiet for the settle time; at the latest after ten times as
 * long, so a plan that is never quiet cannot hold its events back. What is held back, because a file is being written,
 * is looked at again.
 */
#ifndef BATCHD_SETTLE_TIMER_H
#define BATCHD_SETTLE_TIMER_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

struct settle_timer {
    uv_timer_t handle;
    uint64_t since_ms; /* something has waited since then, by the loop's clock; 0 if nothing does */
    uint64_t again_ms; /* until the next look at what is held back */
    void (*publish)(void *data);
    void *data;
};

/* @publish must call settle_timer_published. */
void settle_timer_init(struct settle_timer *timer, uv_loop_t *loop, void (*publish)(void *data), void *data);
/* Something has changed: publish it once nothing more has for @wait_ms. With 0 that is before this returns. */
void settle_timer_start(struct settle_timer *timer, uint64_t wait_ms);
/* Nothing waits any more. @is_holding: except for what is held back. */
void settle_timer_published(struct settle_timer *timer, bool is_holding);

void settle_timer_stop(struct settle_timer *timer);

#endif
