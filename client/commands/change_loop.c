#include "commands/change_loop.h"

#include "base/clock.h"
#include "commands/deadline.h"
#include "session/change_feed.h"

bool change_loop_run(struct session *session, int64_t deadline_ms, change_loop_step *step, void *data) {
    struct change_feed feed;
    deadline_limit_answers(session, deadline_ms);
    change_feed_open(&feed, session);
    for (;;) {
        session_forget(session);
        enum change_loop_next next = step(data);
        if (next == CHANGE_LOOP_END || clock_now_ms() >= deadline_ms) {
            change_feed_close(&feed);
            return next == CHANGE_LOOP_END;
        }
        change_feed_wait(&feed, next == CHANGE_LOOP_LOOK ? CHANGE_FEED_LOOK_MS : CHANGE_FEED_LOOK_SELDOM_MS,
                         deadline_left_ms(deadline_ms));
        deadline_limit_answers(session, deadline_ms);
    }
}
