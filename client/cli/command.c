#include "cli/command.h"

#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "config/config.h"
#include "config/settings.h"
#include "disk/ownership.h"
#include "disk/state_dir.h"
#include "render/plan_text.h"
#include "term/input.h"
#include "term/terminal.h"

const struct verb *command_find_verb(const struct verb *table, const char *name) {
    for (const struct verb *verb = table; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}

/* --- output --- */

static void put(FILE *stream, const struct buffer *text) {
    terminal_put(stream, buffer_span(text));
}

static struct style style_of(const struct options *options, int stream) {
    return (struct style){
        .columns = terminal_columns(),
        .has_color = terminal_has_color(options->color, stream),
        .is_verbose = options->is_verbose,
        .has_content = options->has_content,
        .workspace = options->workspace,
        .cwd = options->here,
        .state = STATE_DIR_FOLDER,
        .output = options->output,
    };
}

/* A file that the user names is called what the user calls it. */
static bool is_argument(const struct options *options, const char *file) {
    return file && options->argument_count && strcmp(file, input_name(options->arguments[0])) == 0;
}

static void put_diagnostics(const struct diagnostics *diagnostics, const struct options *options) {
    enum { WARNINGS_SHOWN_MOST = 10 };
    struct buffer text = {0};
    struct style style = style_of(options, STDERR_FILENO), plain = style;
    plain.workspace = NULL;
    size_t warnings = 0;
    for (size_t i = 0; i < diagnostics->count; i++) {
        const struct diagnostic *item = &diagnostics->items[i];
        bool is_warning = item->severity == SEVERITY_WARNING;
        if (is_warning && (options->is_quiet || (++warnings > WARNINGS_SHOWN_MOST && !options->is_verbose)))
            continue;
        plan_text_diagnostic(&text, item, is_argument(options, item->file) ? &plain : &style, !options->is_quiet);
    }
    if (!options->is_quiet && warnings > WARNINGS_SHOWN_MOST && !options->is_verbose)
        buffer_append_format(&text, "and %zu more warnings; -v shows them\n", warnings - WARNINGS_SHOWN_MOST);
    if (diagnostics->left_out)
        buffer_append_format(&text, "and %zu more that are not listed\n", diagnostics->left_out);
    put(stderr, &text);
    buffer_release(&text);
}

bool command_read_data(const struct answer *answer, struct json *json) {
    struct diagnostics faults = {0};
    *json = (struct json){0};
    bool is_read = answer->data.length && json_parse_ours(json, buffer_span(&answer->data), &faults);
    if (answer->data.length && !is_read) {
        terminal_say("error: this answer cannot be shown: %s", faults.items[0].message);
        exit(ERROR_INTERNAL);
    }
    diagnostics_release(&faults);
    return is_read;
}

/* The text for people, made from the answer's data alone. */
static void put_rendered(const struct answer *answer, const struct options *options, command_renderer *renderer) {
    struct json json;
    struct buffer text = {0};
    struct style style = style_of(options, STDOUT_FILENO);
    style.has_failed = answer->code != ERROR_NONE && answer->code != ERROR_DECLINED;
    bool is_read = command_read_data(answer, &json);
    json_make_shown(&json);
    if (is_read)
        renderer(&text, json.root, &style);
    json_release(&json);
    put(stdout, &text);
    buffer_release(&text);
}

static void put_json(const struct answer *answer) {
    struct buffer text = {0};
    answer_write(&text, answer);
    put(stdout, &text);
    buffer_release(&text);
}

int command_fail(struct error *error, const char *kind, bool is_json) {
    struct answer answer = {.kind = kind};
    const struct options plain = {0};
    answer_fail(&answer, error); /* which makes what users typed fit to print */
    int status = (int)answer.code;
    if (is_json)
        put_json(&answer);
    else
        put_diagnostics(&answer.diagnostics, &plain);
    answer_release(&answer);
    return status;
}

/* --- output that fails after the deed --- */

/* What was done, for a verb that writes; nothing if nothing was. */
static void append_deed(struct buffer *text, const cJSON *data, const struct options *options) {
    static const struct {
        const char *key, *done;
    } lists[] = {{"created", "created"}, {"removed", "removed"}, {"prompts", "written"}};
    size_t batch = json_get_unsigned(data, "batch");
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) {
        bool is_prompts = strcmp(lists[i].key, "prompts") == 0;
        size_t count = styled_text_count(data, lists[i].key);
        if (count == 0 || json_get_boolean(data, "dry_run") || (is_prompts ? !options->output : !batch))
            continue;
        if (!is_prompts)
            buffer_append_format(text, "batch %zu: ", batch);
        buffer_append_format(text, "%zu file%s %s %s", count, styled_text_plural(count), count == 1 ? "was" : "were",
                             lists[i].done);
        if (is_prompts)
            buffer_append_format(text, " in %s", options->output);
    }
}

/* Whatever could not be printed, the exit status does not say that nothing happened. */
static int finish_output(const struct answer *answer, const struct options *options) {
    struct json json;
    struct buffer deed = {0};
    struct error error = {0};
    if (fflush(stdout) == 0 && !ferror(stdout))
        return (int)answer->code;
    if (command_read_data(answer, &json))
        append_deed(&deed, json.root, options);
    json_release(&json);
    if (deed.length == 0)
        return (int)answer->code; /* main reports it */
    error_set(&error, ERROR_UNKNOWN, "%s; the answer could not be written to standard output", deed.data);
    error_hint(&error, "\"batchctl history\" and \"batchctl status\" show the present state");
    buffer_release(&deed);
    __fpurge(stdout); /* what is left of it must not fail once more */
    clearerr(stdout);
    return command_fail(&error, NULL, false);
}

void command_show(const struct answer *answer, const struct options *options, command_renderer *renderer) {
    put_rendered(answer, options, renderer);
    fflush(stdout); /* so that the two streams come in order on a terminal */
    put_diagnostics(&answer->diagnostics, options);
}

int command_finish(struct answer *answer, const struct options *options, command_renderer *renderer) {
    if (options->is_json)
        put_json(answer);
    else
        command_show(answer, options, renderer);
    int status = finish_output(answer, options);
    answer_release(answer);
    return status;
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

/* Refused before anything is asked; a preview is only told that it would be. */
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
    if (verb->scopes & (SCOPE_WRITE | SCOPE_PROMPT))
        signal(SIGPIPE, SIG_IGN); /* a reader that is gone must not end it without a word about what was done */
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
    *status = (int)answer.code;
    if (options->is_json)
        put_json(&answer);
    else
        put_diagnostics(&answer.diagnostics, options);
    session_release(session);
    answer_release(&answer);
    return false;
}

int command_fail_usage(const struct verb *verb, const struct options *options, const char *message) {
    struct error error = {0};
    error_set(&error, ERROR_USAGE, "%s", message);
    error_hint(&error, "usage: batchctl %s %s", verb->name, verb->arguments);
    return command_fail(&error, verb->name, options->is_json);
}

int command_ask(const struct verb *verb, struct options *options, struct request *request, command_renderer *renderer) {
    struct session session;
    struct answer answer;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    session_request(&session, request, &answer);
    session_release(&session);
    return command_finish(&answer, options, renderer);
}

bool command_take_plan(const struct options *options, const char **plan) {
    *plan = options->argument_count ? options->arguments[0] : options->plan;
    return options->argument_count + (options->plan != NULL) <= 1;
}
