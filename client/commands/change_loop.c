#include "commands/change_loop.h"

#include "base/auto.h"
#include "base/clock.h"
#include "base/error.h"
#include "commands/deadline.h"
#include "session/event_source.h"

enum {
    LOOK_MS = 500,         /* without a daemon, and while what is waited for is away */
    LOOK_SELDOM_MS = 5000, /* beside the events of a daemon */
};

bool change_loop_run(struct session *session, int64_t deadline_ms, change_loop_step *step, void *data) {
    AUTO(error) ignored = {0};
    AUTO_CALL(event_source_close) struct event_source source = {.channel.descriptor = -1};
    deadline_limit_answers(session, deadline_ms);
    event_source_want_all(&source);
    event_source_open(&source, session, &ignored);
    for (;;) {
        session_forget(session);
        enum change_loop_next next = step(data);
        if (next == CHANGE_LOOP_END || clock_now_ms() >= deadline_ms)
            return next == CHANGE_LOOP_END;
        int look_ms = source.is_connected && next != CHANGE_LOOP_LOOK ? LOOK_SELDOM_MS : LOOK_MS;
        int left_ms = deadline_left_ms(deadline_ms);
        event_source_wait(&source, left_ms < look_ms ? left_ms : look_ms);
        deadline_limit_answers(session, deadline_ms);
    }
}
