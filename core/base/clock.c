#include "base/clock.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <time.h>

int64_t clock_now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int clock_left_ms(int64_t deadline_ms) {
    int64_t left_ms = deadline_ms - clock_now_ms();
    return left_ms < 0 ? 0 : left_ms > INT_MAX ? INT_MAX : (int)left_ms;
}

void clock_sleep_ms(int milliseconds) {
    nanosleep(&(struct timespec){.tv_sec = milliseconds / 1000, .tv_nsec = milliseconds % 1000 * 1000000L}, NULL);
}

bool clock_wait_for(int descriptor, short events, int64_t deadline_ms) {
    struct pollfd place = {.fd = descriptor, .events = events};
    for (;;) {
        int count = poll(&place, 1, clock_left_ms(deadline_ms));
        if (count >= 0 || errno != EINTR)
            return count > 0;
    }
}
