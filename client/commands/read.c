#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/read_methods.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/option_rows.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "disk/files.h"
#include "document/names.h"
#include "plan/selection.h"
#include "session/session.h"
#include "term/input.h"

int read_status(const struct verb *verb, struct options *options) {
    return options->wants_watch ? live_reply_run(verb, options) : command_ask(verb, options);
}

int read_next(const struct verb *verb, struct options *options) {
    AUTO(buffer) message = {0};
    if (options->wants_claim)
        return claim_command_next(verb, options);
    for (size_t i = 0; i < options->given_count && !message.length; i++)
        if (options->given[i]->scope & (SCOPE_TAKE | SCOPE_NEXT))
            buffer_append_format(&message, "--%s goes with --claim", options->given[i]->name);
    if (options->command && !message.length)
        buffer_append_string(&message, "a command behind -- goes with --claim");
    return message.length ? command_fail_usage(verb, options, buffer_text(&message)) : command_ask(verb, options);
}

/* Without --format the name of the file says it: "x.svg". */
static const char *format_of_file(const char *path) {
    static const struct {
        const char *ending, *format;
    } rows[] = {{".svg", "svg"}, {".html", "html"}, {".dot", "dot"}, {".mmd", "mermaid"}, {".json", "json"}};
    const char *ending = strrchr(names_base(path), '.');
    for (size_t i = 0; ending && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(ending, rows[i].ending) == 0)
            return rows[i].format;
    return NULL;
}

int read_graph(const struct verb *verb, struct options *options) {
    if (options->output && !options->format)
        options->format = format_of_file(options->output);
    bool is_json = options->format && strcmp(options->format, "json") == 0;
    if (options->output && options->is_json && !is_json)
        return command_fail_usage(verb, options, "--output writes what --format says; --json is for standard output");
    bool is_page = options->format && strcmp(options->format, "html") == 0 && !options->is_json;
    if (options->wants_follow && !is_page)
        return command_fail_usage(verb, options, "--follow needs --format html");
    if (options->wants_follow && !options->output)
        return command_fail_usage(verb, options, "--follow needs --output FILE");
    options->is_json |= is_json;
    return options->output ? graph_file_run(verb, options) : command_ask(verb, options);
}

/* One answer for each id, as if each were asked for alone; the exit status is the first one that is not 0. */
int read_achievements(const struct verb *verb, struct options *options) {
    struct request *request = &options->request;
    const struct selection selection = request->options.selection;
    const char *const *ids = selection.id_count ? selection.ids : NULL;
    size_t plans = options->argument_count - (!ids && options->argument_count); /* no id: the core says so */
    struct session session;
    int status, first = 0;
    if (!ids && options->argument_count == 0)
        return command_fail_usage(verb, options, "an achievement's id is needed, such as 3.1");
    if (plans + (options->plan != NULL) > 1)
        return command_fail_usage(verb, options, "only one plan can be named");
    if (!command_start(&session, verb, options, &status))
        return status;
    request->plan = plans ? options->arguments[0] : options->plan;
    request->options.selection = (struct selection){0};
    request->style = command_style(options);
    for (size_t i = 0; i < (ids ? selection.id_count : 1); i++) {
        struct reply reply;
        if (i && !options->is_json)
            putchar('\n');
        request->id = ids ? ids[i] : options->arguments[plans];
        session_reply(&session, request, &reply);
        status = command_finish_reply(&reply, options, NULL);
        first = first ? first : status;
    }
    session_release(&session);
    return first;
}

int read_show(const struct verb *verb, struct options *options) {
    if (!options->request.batch)
        return read_achievements(verb, options);
    if (options->argument_count || options->request.options.selection.id_count)
        return command_fail_usage(verb, options, "an achievement or a batch, not both");
    options->request.method = "batch";
    return command_ask(verb, options);
}

int read_what_if(const struct verb *verb, struct options *options) {
    if (options->request.options.selection.id_count == 0 && !options->request.unblock)
        return command_fail_usage(verb, options, "the ids that would be complete, or --unblock ID, are needed");
    return command_ask(verb, options);
}

/* A lone argument of validate is a file if it exists as one, has a '/' or ends in ".json"; else it is a plan. */
static bool is_file_argument(const char *word) {
    struct stat status;
    size_t length = strlen(word);
    bool is_folder = stat(word, &status) == 0 && S_ISDIR(status.st_mode);
    if (is_folder)
        return false;
    return access(word, F_OK) == 0 || strchr(word, '/') || (length > 5 && strcmp(word + length - 5, ".json") == 0);
}

static int validate_file(const char *path, const struct options *options) {
    struct answer answer = {.kind = "validate"};
    struct error error = {0};
    struct files files = FILES_CLOSED;
    char *folder = NULL;
    const char *name;
    if (input_open(&files, path, &folder, &name, &error))
        request_validate_file(&files, name, path, &answer);
    else
        answer_fail(&answer, &error);
    files_close(&files);
    memory_free(folder);
    return command_finish(&answer, options);
}

int read_validate(const struct verb *verb, struct options *options) {
    if (options->argument_count == 1 && !options->plan && options->arguments[0][0] != '@' &&
        is_file_argument(options->arguments[0]))
        return validate_file(options->arguments[0], options);
    if (!command_take_plan(options))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options);
}
