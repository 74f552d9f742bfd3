#include "commands/read.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/read_methods.h"
#include "api/request.h"
#include "base/error.h"
#include "base/memory.h"
#include "disk/files.h"
#include "picture/graph_svg.h"
#include "picture/graph_text.h"
#include "render/batch_text.h"
#include "render/plan_text.h"
#include "render/what_if_text.h"
#include "term/input.h"

static int run_over_plan(const struct verb *verb, struct options *options, command_renderer *renderer) {
    struct request request = {.method = verb->name};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options, &request, renderer);
}

int read_status(const struct verb *verb, struct options *options) {
    return run_over_plan(verb, options, plan_text_status);
}

int read_next(const struct verb *verb, struct options *options) {
    return run_over_plan(verb, options, plan_text_next);
}

int read_graph(const struct verb *verb, struct options *options) {
    const char *format = options->format ? options->format : "tree";
    options->is_json |= strcmp(format, "json") == 0;
    return run_over_plan(verb, options,
                         strcmp(format, "dot") == 0       ? graph_text_dot
                         : strcmp(format, "mermaid") == 0 ? graph_text_mermaid
                         : strcmp(format, "svg") == 0     ? graph_svg_append
                                                          : graph_text_tree);
}

static int run_over_achievement(const struct verb *verb, struct options *options, command_renderer *renderer) {
    struct request request = {.method = verb->name, .plan = options->plan};
    if (options->argument_count == 0 || options->argument_count + (options->plan != NULL) > 2)
        return command_fail_usage(verb, options, "an achievement's id is needed, such as 3.1");
    if (options->argument_count == 2)
        request.plan = options->arguments[0];
    request.id = options->arguments[options->argument_count - 1];
    return command_ask(verb, options, &request, renderer);
}

int read_show(const struct verb *verb, struct options *options) {
    struct request request = {.method = "batch", .batch = options->batch_number};
    if (options->batch_number && options->argument_count)
        return command_fail_usage(verb, options, "an achievement or a batch, not both");
    if (options->batch_number)
        return command_ask(verb, options, &request, batch_text_batch);
    return run_over_achievement(verb, options, plan_text_show);
}

int read_why(const struct verb *verb, struct options *options) {
    return run_over_achievement(verb, options, plan_text_why);
}

int read_what_if(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch, .unblock = options->unblock};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (request.options.selection.id_count == 0 && !request.unblock)
        return command_fail_usage(verb, options, "what if what? --complete or --unblock is needed");
    return command_ask(verb, options, &request, what_if_text_append);
}

int read_history(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .request_id = options->request, .limit = options->count};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return command_ask(verb, options, &request, batch_text_history);
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
    return run_over_plan(verb, options, plan_text_validate);
}
