#include "commands/live_reply.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/deadline.h"
#include "document/names.h"
#include "render/style.h"
#include "session/change_feed.h"
#include "session/session.h"

/* A new picture takes the place of the last one on a terminal, and follows it elsewhere. */
static void paint(const struct reply *reply, const struct options *options, bool is_first) {
    if (isatty(STDOUT_FILENO))
        fputs("\033[H\033[2J", stdout);
    else if (!is_first)
        putchar('\n');
    command_print(reply, options);
}

/* Returns false if it ends with this. The first failure does; later ones may be a branch that is being switched. */
static bool paint_reply(struct session *session, struct options *options, struct buffer *shown, enum error_code *code) {
    AUTO(reply) reply = {0};
    bool is_first = shown->length == 0;
    options->request.style = command_style(options);
    session_forget(session);
    session_reply(session, &options->request, &reply);
    *code = reply.code;
    bool is_new = is_first || reply.output.length != shown->length ||
                  memcmp(buffer_text(&reply.output), buffer_text(shown), shown->length) != 0;
    if (is_new) {
        paint(&reply, options, is_first);
        buffer_clear(shown);
        buffer_append_span(shown, buffer_span(&reply.output));
    }
    return !ferror(stdout) && (!is_first || reply.code == ERROR_NONE || reply.code == ERROR_INVALID);
}

int live_reply_run(const struct verb *verb, struct options *options) {
    struct session session;
    struct change_feed feed;
    struct error error = {0};
    AUTO(buffer) shown = {0};
    enum error_code code;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    int64_t deadline_ms = deadline_of_options(options, -1);
    change_feed_open(&feed, &session);
    while (paint_reply(&session, options, &shown, &code)) {
        if (clock_now_ms() >= deadline_ms) {
            error_set(&error, ERROR_TIMEOUT, "the time is over");
            break;
        }
        change_feed_wait(&feed, CHANGE_FEED_LOOK_SELDOM_MS, deadline_left_ms(deadline_ms));
    }
    change_feed_close(&feed);
    session_release(&session);
    return error.code ? command_fail(&error, verb->name, false) : (int)code;
}
