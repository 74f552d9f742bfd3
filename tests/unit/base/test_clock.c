/*
 * core/base/clock: milliseconds of CLOCK_MONOTONIC.
 */
#include "base/clock.h"

#include <criterion/criterion.h>
#include <time.h>

TestSuite(clock, .timeout = 60);

static int64_t monotonic_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

Test(clock, counts_milliseconds_that_never_go_back) {
    int64_t last_ms = 0;
    for (int i = 0; i < 1000; i++) {
        int64_t least_ms = monotonic_ns() / 1000000, now_ms = clock_now_ms();
        cr_assert(now_ms >= least_ms && now_ms <= monotonic_ns() / 1000000);
        cr_assert_geq(now_ms, last_ms);
        last_ms = now_ms;
    }
}
