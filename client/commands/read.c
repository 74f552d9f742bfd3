#include "commands/read.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/read_methods.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"
#include "plan/selection.h"
#include "render/plan_text.h"
#include "session/session.h"
#include "term/input.h"

static int run_over_plan(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options, &request);
}

int read_status(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .purpose = options->condition};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options, &request);
}

int read_next(const struct verb *verb, struct options *options) {
    return run_over_plan(verb, options);
}

int read_graph(const struct verb *verb, struct options *options) {
    options->is_json |= options->format && strcmp(options->format, "json") == 0;
    return run_over_plan(verb, options);
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
    struct request request = {.method = verb->name, .request_id = options->request};
    if (options->argument_count)
        return command_fail_usage(verb, options, "history takes no arguments");
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
    return command_finish(&answer, options, plan_text_validate);
}

int read_validate(const struct verb *verb, struct options *options) {
    if (options->argument_count == 1 && !options->plan && options->arguments[0][0] != '@' &&
        is_file_argument(options->arguments[0]))
        return validate_file(options->arguments[0], options);
    return run_over_plan(verb, options);
}
