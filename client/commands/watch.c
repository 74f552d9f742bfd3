#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_team_link.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "commands/deadline.h"
#include "render/event_text.h"
#include "render/style.h"
#include "session/event_source.h"
#include "session/program.h"
#include "session/session.h"
#include "session/team.h"
#include "term/terminal.h"
#include "view/event.h"
#include "wire/event_wire.h"

/* --- which events --- */

static bool choose(struct event_source *source, const struct options *options, struct error *error) {
    for (size_t i = 0; i < options->events.count; i++)
        if (!event_source_want(source, options->events.items[i], error))
            return false;
    if (options->events.count == 0)
        event_source_want_all(source);
    return !options->since || event_source_begin_behind(source, options->since) ||
           error_set(error, ERROR_USAGE, "--since needs the seq of an event, not \"%s\"", options->since);
}

/* --- showing one --- */

/* The command gets the event on its standard input. What it prints goes where ours goes. */
static void run_command(const struct options *options, struct span event) {
    enum { NOT_RUN = 127 }; /* as a shell has it */
    const char *const *words = (const char *const *)options->command;
    fflush(stdout);
    int status = program_feed(words, event);
    if (status < 0)
        terminal_say("error: cannot run %s: %s", words[0], strerror(errno));
    if (status)
        terminal_say("warning: %s failed (status %d)", words[0], status < 0 ? NOT_RUN : status);
}

static void show(const struct options *options, struct span event, const struct received_event *received) {
    struct buffer text = {0};
    text_append_escaped(&text, event);
    buffer_append_byte(&text, '\n');
    if (options->command) {
        run_command(options, buffer_span(&text));
    } else {
        if (!options->is_json) {
            const struct style style = {.workspace = options->workspace, .cwd = options->here};
            buffer_clear(&text);
            event_text_append(&text, received, &style);
        }
        terminal_put(stdout, buffer_span(&text));
        fflush(stdout);
    }
    buffer_release(&text);
}

/* Events that are about no plan are for everybody. */
static bool concerns(const struct event *event, const char *path) {
    const char *where = event->path;
    return !path || !where || strcmp(where, path) == 0;
}

/* --- the verb --- */

/* A watch, as it is going on. */
struct watching {
    struct event_source *source;
    const struct options *options;
    const char *path; /* of the plan; NULL for all */
    size_t shown;
};

static bool has_enough(const struct watching *watching) {
    return (watching->options->count && watching->shown >= watching->options->count) || ferror(stdout);
}

static void show_event(void *data, struct span event) {
    struct watching *watching = data;
    AUTO(arena) arena = {0};
    struct received_event received;
    if (has_enough(watching) || !event_wire_read(&received, event, &arena) ||
        !concerns(&received.event, watching->path))
        return;
    show(watching->options, event, &received);
    watching->shown++;
}

/* Shows what comes, until enough has come. False with @error when it ends otherwise. */
static bool follow(struct watching *watching, struct error *error) {
    enum { STEP_MS = 1000 }; /* between looks whether a lost daemon is gone */
    struct event_source *source = watching->source;
    bool has_team = source->session->team;
    int64_t deadline_ms = deadline_of_options(watching->options, -1);
    source->take = show_event;
    source->data = watching;
    while (!has_enough(watching)) { /* where no process reads the output, main says so */
        int left_ms = deadline_left_ms(deadline_ms);
        bool may_be_gone = !has_team && !source->is_connected;
        bool has_news = event_source_wait(source, may_be_gone && left_ms > STEP_MS ? STEP_MS : left_ms);
        if (!has_team && event_source_is_gone(source))
            return error_set(error, ERROR_UNREACHABLE, "the daemon went away, and has not come back");
        if (!has_news && clock_now_ms() >= deadline_ms)
            return error_set(error, ERROR_TIMEOUT, "timed out");
    }
    return true;
}

/* Is there something to follow? In a team that is its server, and a daemon's events if there is one. */
static bool begin(struct event_source *source, struct session *session, struct error *error) {
    AUTO(error) absence = {0};
    if (!session->team)
        return event_source_open(source, session, error);
    event_source_open(source, session, &absence);
    return claim_team_link_open(&session->team->claims.link, error);
}

int watch_run(const struct verb *verb, struct options *options) {
    struct session session;
    struct event_source source = {.channel.descriptor = -1, .says_trouble = true};
    struct error error = {0};
    char *path = NULL;
    int status;
    if (options->has_exec != (options->command != NULL))
        return command_fail_usage(verb, options, "--exec goes with a command behind --");
    if (!choose(&source, options, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    deadline_limit_answers(&session, deadline_of_options(options, -1));
    struct watching watching = {.source = &source, .options = options};
    if (session_find_plan(&session, options->request.plan, &path, &error) && begin(&source, &session, &error)) {
        watching.path = path;
        follow(&watching, &error);
    }
    event_source_close(&source);
    session_release(&session);
    memory_free(path);
    return error.code ? command_fail(&error, verb->name, options->is_json) : 0;
}
