#include "commands/read.h"

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
#include "commands/claim_command.h"
#include "commands/derived_file.h"
#include "commands/live_reply.h"
#include "commands/page.h"
#include "disk/files.h"
#include "plan/selection.h"
#include "session/session.h"
#include "term/input.h"

static int run_over_plan(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options, &request);
}

/* What is listed of one or all plans. */
static int list(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name,
                              .options.selection = options->batch.selection,
                              .purpose = options->condition,
                              .wants_ready = options->wants_ready,
                              .wants_blocked = options->wants_blocked};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return options->wants_watch ? live_reply_run(verb, options, &request) : command_ask(verb, options, &request);
}

int read_status(const struct verb *verb, struct options *options) {
    return list(verb, options);
}

/* The option that needs --claim, or NULL. */
static const char *option_of_claim(const struct options *options) {
    const struct {
        bool is_given;
        const char *name;
    } rows[] = {{options->wants_wait, "--wait"},
                {options->submits, "--submit"},
                {options->note, "--note"},
                {options->ttl_ms, "--ttl"},
                {options->request, "--request"},
                {options->as, "--as"},
                {options->command, "a command behind --"}};
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        if (rows[i].is_given)
            return rows[i].name;
    return NULL;
}

int read_next(const struct verb *verb, struct options *options) {
    const char *name = option_of_claim(options);
    if (options->wants_claim && options->batch.selection.id_count)
        return command_fail_usage(verb, options,
                                  "--claim chooses itself; one that is named is taken by batchctl claim");
    if (options->wants_claim)
        return claim_command_next(verb, options);
    if (name) {
        AUTO(buffer) message = {0};
        buffer_append_format(&message, "%s goes with --claim", name);
        return command_fail_usage(verb, options, buffer_text(&message));
    }
    return list(verb, options);
}

/* How a comment is written in the form of a graph. */
static struct derived_file graph_file(const struct options *options, struct span text) {
    static const struct {
        const char *format, *comment, *comment_end;
    } rows[] = {{"svg", "<!--", " -->"}, {"dot", "//", ""}, {"mermaid", "%%", ""}, {"json", NULL, NULL}};
    struct derived_file file = {options->output, text, "#", ""};
    for (size_t i = 0; options->format && i < sizeof rows / sizeof *rows; i++)
        if (strcmp(options->format, rows[i].format) == 0) {
            file.comment = rows[i].comment;
            file.comment_end = rows[i].comment_end;
        }
    return file;
}

/* What would be printed, to a file. */
static int write_graph(const struct verb *verb, struct options *options, const struct request *request) {
    struct session session;
    struct reply reply;
    struct error error = {0};
    enum derived_outcome outcome;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    struct request whole = *request;
    whole.style = command_style(options);
    whole.style.has_color = false;
    whole.style.columns = 0;
    session_reply(&session, &whole, &reply);
    session_release(&session);
    if (reply.code == ERROR_NONE) {
        const struct derived_file file = graph_file(options, buffer_span(&reply.output));
        if (!derived_file_put(&file, options->is_forced, &outcome, &error)) {
            reply_release(&reply);
            return command_fail(&error, verb->name, false);
        }
        buffer_clear(&reply.output);
        buffer_append_format(&reply.output, outcome == DERIVED_UNCHANGED ? "%s is there and unchanged\n" : "Wrote %s\n",
                             options->output);
    }
    return command_finish_reply(&reply, options, NULL);
}

int read_graph(const struct verb *verb, struct options *options) {
    struct request request = {
        .method = verb->name, .options.selection = options->batch.selection, .wants_open = options->wants_open};
    bool is_json = options->format && strcmp(options->format, "json") == 0;
    if (options->output && options->is_json && !is_json)
        return command_fail_usage(verb, options, "--output writes what --format says; --json is for standard output");
    bool is_page = options->format && strcmp(options->format, "html") == 0 && !options->is_json;
    if (options->wants_follow && !is_page)
        return command_fail_usage(verb, options, "--follow needs --format html");
    if (is_page)
        return page_run(verb, options);
    options->is_json |= is_json;
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return options->output ? write_graph(verb, options, &request) : command_ask(verb, options, &request);
}

/* One answer for each id, as if each were asked for alone; the exit status is the first one that is not 0. */
static int run_over_achievements(const struct verb *verb, struct options *options) {
    const struct selection *selection = &options->batch.selection;
    bool has_ids = selection->id_count;
    size_t plans = options->argument_count - (!has_ids && options->argument_count); /* no id: the core says so */
    struct request request = {.method = verb->name, .plan = plans ? options->arguments[0] : options->plan};
    if (!has_ids && options->argument_count == 0)
        return command_fail_usage(verb, options, "an achievement's id is needed, such as 3.1");
    if (plans + (options->plan != NULL) > 1)
        return command_fail_usage(verb, options, "only one plan can be named");
    struct session session;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    status = 0;
    request.style = command_style(options);
    for (size_t i = 0; i < (has_ids ? selection->id_count : 1); i++) {
        struct reply reply;
        if (i && !options->is_json)
            putchar('\n');
        request.id = has_ids ? selection->ids[i] : options->arguments[plans];
        session_reply(&session, &request, &reply);
        int result = command_finish_reply(&reply, options, NULL);
        status = status ? status : result;
    }
    session_release(&session);
    return status;
}

int read_show(const struct verb *verb, struct options *options) {
    struct request request = {.method = "batch", .batch = options->batch_number};
    if (options->batch_number && (options->argument_count || options->batch.selection.id_count))
        return command_fail_usage(verb, options, "an achievement or a batch, not both");
    if (options->batch_number)
        return command_ask(verb, options, &request);
    return run_over_achievements(verb, options);
}

int read_why(const struct verb *verb, struct options *options) {
    return run_over_achievements(verb, options);
}

int read_what_if(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch, .unblock = options->unblock};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (request.options.selection.id_count == 0 && !request.unblock)
        return command_fail_usage(verb, options, "as if what were complete? IDS, --complete or --unblock is needed");
    return command_ask(verb, options, &request);
}

int read_history(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .request_id = options->request, .limit = options->count};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options, &request);
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
    return run_over_plan(verb, options);
}
