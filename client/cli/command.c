#include "cli/command.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "cli/root_option.h"
#include "config/config.h"
#include "config/settings.h"
#include "disk/ownership.h"
#include "render/program_json.h"
#include "render/program_text.h"
#include "term/input.h"
#include "term/terminal.h"

const struct verb *command_find_verb(const struct verb *table, const char *name) {
    for (const struct verb *verb = table; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

/* --- output --- */

struct style command_style(const struct options *options) {
    struct style style = {
        .form = options->is_json ? FORM_JSON : FORM_TEXT,
        .columns = terminal_columns(),
        .has_color = terminal_has_color(options->color, STDOUT_FILENO),
        .has_error_color = terminal_has_color(options->color, STDERR_FILENO),
        .is_ascii = terminal_is_ascii(options->ascii),
        .is_quiet = options->is_quiet,
        .is_verbose = options->is_verbose,
        .has_content = options->request.has_content,
        .is_followed = options->wants_follow,
        .workspace = options->workspace,
        .cwd = options->here,
        .output = options->output,
    };
    if (options->format && !options->is_json)
        form_find(options->format, &style.form);
    return style;
}

/* A text for people: what it advises is about the workspace of this command. */
static void put(FILE *stream, const struct buffer *text, const struct options *options) {
    AUTO(buffer) named = {0};
    enum form form = command_style(options).form;
    bool is_for_people = form == FORM_TEXT || form == FORM_TREE || form == FORM_GCC;
    if (options->root && is_for_people)
        root_option_append(&named, buffer_span(text), options->root);
    const struct buffer *shown = named.length ? &named : text;
    fwrite(buffer_text(shown), 1, shown->length, stream);
}

void command_print(const struct reply *reply, const struct options *options) {
    put(stdout, &reply->output, options);
    fflush(stdout); /* so that the two streams come in order on a terminal */
    put(stderr, &reply->errors, options);
}

int command_fail(struct error *error, const char *kind, bool is_json) {
    struct answer answer = {.kind = kind};
    const struct options plain = {.is_json = is_json};
    answer_fail(&answer, error); /* which makes what users typed fit to print */
    return command_finish(&answer, &plain);
}

/* --- confirmation --- */

bool command_can_ask(const struct options *options) {
    return !options->is_json && terminal_can_ask();
}

bool command_confirm(const struct options *options, const char *question, struct error *error) {
    if (!command_can_ask(options))
        return error_set(error, ERROR_DECLINED, "cannot ask for confirmation without a terminal; nothing was changed");
    return terminal_ask(question) || error_set(error, ERROR_DECLINED, "declined; nothing was changed");
}

/* --- output that fails after the deed --- */

/* What was done, for a verb that writes; nothing if nothing was. */
static void append_deed(struct buffer *text, const struct reply *reply, const struct options *options,
                        const char *done) {
    if (!done || !reply->count || (!reply->batch && !options->output))
        return;
    if (reply->batch)
        buffer_append_format(text, "batch %" PRIu64 ": ", reply->batch);
    buffer_append_format(text, "%zu file%s %s %s", reply->count, text_plural(reply->count),
                         reply->count == 1 ? "was" : "were", done);
    if (options->output)
        buffer_append_format(text, " in %s", options->output);
}

/* Whatever could not be printed, the exit status does not say that nothing happened: @deed is what was done, or empty.
 */
static int finish_output(const struct reply *reply, const char *deed) {
    struct error error = {0};
    if ((fflush(stdout) == 0 && !ferror(stdout)) || !deed || !deed[0])
        return (int)reply->code; /* main reports it */
    error_set(&error, ERROR_UNKNOWN, "%s; the answer could not be written to standard output", deed);
    error_hint(&error, "\"batchctl history\" and \"batchctl status\" show the present state");
    __fpurge(stdout); /* what is left of it must not fail once more */
    clearerr(stdout);
    return command_fail(&error, NULL, false);
}

int command_finish_reply(struct reply *reply, const struct options *options, const char *done) {
    AUTO(buffer) deed = {0};
    append_deed(&deed, reply, options, done);
    command_print(reply, options);
    int status = finish_output(reply, buffer_text(&deed));
    reply_release(reply);
    return status;
}

int command_finish_deed(struct answer *answer, const struct options *options, const char *deed) {
    struct reply reply = {0};
    struct style style = command_style(options);
    style.named = options->argument_count ? input_name(options->arguments[0]) : NULL;
    reply_write(&reply, answer, &style);
    answer_release(answer);
    command_print(&reply, options);
    int status = finish_output(&reply, deed);
    reply_release(&reply);
    return status;
}

int command_finish(struct answer *answer, const struct options *options) {
    return command_finish_deed(answer, options, NULL);
}

int command_finish_view(const char *kind, const struct answer_type *type, const void *view,
                        const struct options *options) {
    struct answer answer = {.kind = kind, .type = type, .view = view};
    return command_finish(&answer, options);
}

int command_finish_verbatim(const char *kind, const struct verbatim_view *text, const struct options *options) {
    static const struct answer_type type = {program_json_verbatim, program_text_verbatim};
    return command_finish_view(kind, &type, text, options);
}

/* --- sessions --- */

/* The command as it was typed, for a shell. */
static void append_command(struct buffer *text, const struct verb *verb, const struct options *options) {
    buffer_append_format(text, "batchctl %s", verb->name);
    for (int i = 0; i < options->word_count; i++) {
        buffer_append_byte(text, ' ');
        text_append_shell_word(text, options->words[i]);
    }
}

/* Refused before anything is asked; a preview only gets the warning that it would be. */
static bool may_write(const struct session *session, const struct verb *verb, const struct options *options,
                      struct error *error) {
    if (!(verb->scopes & SCOPE_WRITE) || options->is_dry_run)
        return true;
    struct buffer command = {0};
    append_command(&command, verb, options);
    bool is_allowed = ownership_check(session->settings.identity.owner, buffer_text(&command), error);
    buffer_release(&command);
    return is_allowed;
}

void command_note_place(struct options *options, const struct session *session) {
    if (!options->workspace && session->settings.root)
        options->workspace = memory_copy(session->settings.root);
    if (!options->ascii)
        options->ascii = session->settings.config.ascii;
    if (!options->here)
        options->here = getcwd(NULL, 0);
}

bool command_open(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                  struct error *error) {
    const struct settings_overrides overrides = {
        .root = options->root,
        .values[CONFIG_LOCK_TIMEOUT] = options->timeout,
        .origins[CONFIG_LOCK_TIMEOUT] = "--timeout",
    };
    session->is_quiet = options->is_quiet;
    session->avoids_daemon = options->has_no_daemon;
    return session_start(session, &overrides, diagnostics, error);
}

bool command_start(struct session *session, const struct verb *verb, struct options *options, int *status) {
    if (verb->scopes & (SCOPE_WRITE | SCOPE_PROMPT)) {
        signal(SIGPIPE, SIG_IGN); /* a reader that is gone must not end it without a word about what was done */
        signal(SIGXFSZ, SIG_IGN); /* a file that is too large for the user's limit is an error, and is rolled back */
    }
    *session = (struct session){.makes_root = verb->scopes & (SCOPE_INIT | SCOPE_IMPORT)};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    bool is_started =
        command_open(session, options, &answer.diagnostics, &error) && may_write(session, verb, options, &error);
    command_note_place(options, session);
    if (is_started) {
        session->warnings = answer.diagnostics;
        return true;
    }
    answer_fail(&answer, &error);
    *status = command_finish(&answer, options);
    session_release(session);
    return false;
}

int command_fail_usage(const struct verb *verb, const struct options *options, const char *message) {
    struct error error = {0};
    error_set(&error, ERROR_USAGE, "%s", message);
    error_hint(&error, "usage: batchctl %s%s%s", verb->name, verb->arguments[0] ? " " : "", verb->arguments);
    return command_fail(&error, verb->name, options->is_json);
}

int command_ask(const struct verb *verb, struct options *options) {
    struct session session;
    struct reply reply;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    options->request.style = command_style(options);
    session_reply(&session, &options->request, &reply);
    session_release(&session);
    return command_finish_reply(&reply, options, NULL);
}

bool command_take_plan(struct options *options) {
    options->request.plan = options->argument_count ? options->arguments[0] : options->plan;
    return options->argument_count + (options->plan != NULL) <= 1;
}

int command_run(const struct verb *verb, struct options *options) {
    AUTO(buffer) message = {0};
    options->request.method = verb->name;
    buffer_append_format(&message, "%s takes no arguments", verb->name);
    if (options->argument_count && !verb->arguments[0])
        return command_fail_usage(verb, options, buffer_text(&message));
    if ((verb->scopes & SCOPE_ONE_PLAN) && !command_take_plan(options))
        return command_fail_usage(verb, options, "only one plan can be named");
    return verb->run(verb, options);
}
