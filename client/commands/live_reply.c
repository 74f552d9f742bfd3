#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/change_loop.h"
#include "commands/commands.h"
#include "commands/deadline.h"
#include "session/session.h"

struct live_reply {
    struct session *session;
    struct options *options;
    struct buffer shown;
    enum error_code code;
};

/* A new picture takes the place of the last one on a terminal, and follows it elsewhere. */
static void paint(const struct reply *reply, const struct options *options, bool is_first) {
    if (isatty(STDOUT_FILENO))
        fputs("\033[H\033[2J", stdout);
    else if (!is_first)
        putchar('\n');
    command_print(reply, options);
}

/* The first failure ends it; later ones may be a branch that is being switched. */
static enum change_loop_next step(void *data) {
    struct live_reply *live = data;
    AUTO(reply) reply = {0};
    struct buffer *shown = &live->shown;
    bool is_first = shown->length == 0;
    live->options->request.style = command_style(live->options);
    session_reply(live->session, &live->options->request, &reply);
    live->code = reply.code;
    if (is_first || !span_equals(buffer_span(&reply.output), buffer_text(shown))) {
        paint(&reply, live->options, is_first);
        buffer_clear(shown);
        buffer_append_span(shown, buffer_span(&reply.output));
    }
    bool is_well = !is_first || reply.code == ERROR_NONE || reply.code == ERROR_INVALID;
    return is_well && !ferror(stdout) ? CHANGE_LOOP_WAIT : CHANGE_LOOP_END;
}

int live_reply_run(const struct verb *verb, struct options *options) {
    struct session session;
    struct error error = {0};
    struct live_reply live = {.session = &session, .options = options};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    if (!change_loop_run(&session, deadline_of_options(options, -1), step, &live))
        error_set(&error, ERROR_TIMEOUT, "timed out");
    session_release(&session);
    buffer_release(&live.shown);
    return error.code ? command_fail(&error, verb->name, false) : (int)live.code;
}
