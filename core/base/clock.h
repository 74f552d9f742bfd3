/*
 * The clock: time for deadlines.
 */
#ifndef BATCHD_CLOCK_H
#define BATCHD_CLOCK_H

#include <stdint.h>

/* Milliseconds of CLOCK_MONOTONIC: only differences mean something, and setting the date does not change them. */
int64_t clock_now_ms(void);

#endif
