#include "commands/deadline.h"

#include "base/clock.h"
#include "config/config_value.h"

int64_t deadline_of_options(const struct options *options, int64_t otherwise_ms) {
    int milliseconds;
    if (!options->timeout || !config_value_duration(options->timeout, &milliseconds))
        return otherwise_ms < 0 ? INT64_MAX : clock_now_ms() + otherwise_ms;
    return clock_now_ms() + milliseconds;
}

int deadline_left_ms(int64_t deadline_ms) {
    enum { HOUR_MS = 3600000 };
    int left_ms = clock_left_ms(deadline_ms);
    return left_ms > HOUR_MS ? HOUR_MS : left_ms;
}

void deadline_limit_answers(struct session *session, int64_t deadline_ms) {
    enum { LEAST_MS = 200 }; /* for a daemon that is there */
    int left_ms = deadline_left_ms(deadline_ms), most_ms = left_ms < LEAST_MS ? LEAST_MS : left_ms;
    int *answer_ms = &session->settings.config.answer_timeout_ms;
    *answer_ms = *answer_ms < most_ms ? *answer_ms : most_ms;
}
