/*
 * The clock: time for deadlines.
 */
#ifndef BATCHD_CLOCK_H
#define BATCHD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC: only differences mean something, and setting the date does not change them. */
int64_t clock_now_ms(void);
/* Milliseconds up to the deadline, for poll(2): from 0, when it has come, to INT_MAX. */
int clock_left_ms(int64_t deadline_ms);

void clock_sleep_ms(int milliseconds);
/* Wait for @events of poll(2); false if the deadline comes first. */
bool clock_wait_for(int descriptor, short events, int64_t deadline_ms);

#endif
