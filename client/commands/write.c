#include "commands/write.h"

#include <string.h>

#include "api/answer.h"
#include "api/history.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "format/json.h"
#include "render/batch_text.h"
#include "render/init_text.h"
#include "session/session.h"
#include "term/input.h"
#include "term/terminal.h"

static size_t count_in(const struct answer *answer, const char *key) {
    struct json json;
    size_t count = command_read_data(answer, &json) ? (size_t)cJSON_GetArraySize(json_get(json.root, key)) : 0;
    json_release(&json);
    return count;
}

/* The string or number @key of the answer's data, as text that the caller frees; NULL if it has none. */
static char *text_in(const struct answer *answer, const char *key) {
    struct json json;
    struct buffer text = {0};
    const cJSON *member = command_read_data(answer, &json) ? json_get(json.root, key) : NULL;
    if (member && cJSON_IsString(member))
        buffer_append_string(&text, member->valuestring);
    else if (cJSON_IsNumber(member))
        buffer_append_format(&text, "%zu", json_get_unsigned(json.root, key));
    json_release(&json);
    return text.data;
}

/* No terminal on which to confirm: show what would be done, and say how to have it done. */
static int refuse(struct answer *preview, const struct options *options, command_renderer *renderer) {
    struct error error = {0};
    error_set(&error, ERROR_DECLINED, "cannot ask for confirmation without a terminal; nothing was changed");
    error_hint(&error, "add --yes to have it done, or --dry-run to look only");
    answer_fail(preview, &error);
    return command_finish(preview, options, renderer);
}

static int decline(struct answer *preview) {
    struct error error = {0};
    answer_release(preview);
    error_set(&error, ERROR_DECLINED, "declined; nothing was changed");
    return command_fail(&error, NULL, false);
}

/*
 * Preview and confirmation, the same for every verb that writes. @key: the list in the data that says how much there
 * is to do; @question has a place for that number. Returns true if @request is to be carried out; else the exit status
 * is in @status.
 */
static bool confirm(struct session *session, struct options *options, struct request *request,
                    command_renderer *renderer, const char *key, const char *question, struct answer *preview,
                    int *status) {
    request->is_dry_run = true;
    session_request(session, request, preview);
    size_t count = preview->code == ERROR_NONE ? count_in(preview, key) : 0;
    if (count == 0 || options->is_dry_run) {
        *status = command_finish(preview, options, renderer);
        return false;
    }
    if (options->is_json || !terminal_can_ask()) {
        *status = refuse(preview, options, renderer);
        return false;
    }
    command_show(preview, options, renderer);
    struct buffer text = {0};
    buffer_append_format(&text, "%s %zu file%s?", question, count, count == 1 ? "" : "s");
    bool is_confirmed = terminal_ask(text.data);
    buffer_release(&text);
    if (!is_confirmed)
        *status = decline(preview);
    return is_confirmed;
}

/* Preview, confirmation and creation, for a request that is complete but for these. */
static int create(const struct verb *verb, struct options *options, struct request *request,
                  command_renderer *renderer) {
    struct session session;
    struct answer answer;
    int status;
    request->options.require_complete = options->batch.require_complete;
    request->options.keep_going = options->batch.keep_going;
    request->has_content = options->has_content;
    request->expect = options->expect;
    request->request_id = options->request;
    if (!command_start(&session, verb, options, &status))
        return status;
    char *token = NULL;
    if (!options->is_yes || options->is_dry_run) {
        struct answer preview;
        if (!confirm(&session, options, request, renderer, "files", "Create", &preview, &status)) {
            session_release(&session);
            return status;
        }
        token = text_in(&preview, "token");
        request->expect = token; /* what was confirmed is what is created, or nothing is */
        answer_release(&preview);
    }
    request->is_dry_run = false;
    session_request(&session, request, &answer);
    session_release(&session);
    memory_free(token);
    return command_finish(&answer, options, renderer);
}

int write_create(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return create(verb, options, &request, batch_text_create);
}

int write_retry(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name};
    if (options->argument_count != 1 || !options_parse_batch(options->arguments[0], &request.batch))
        return command_fail_usage(verb, options, "the number of a batch is expected, such as 7");
    return create(verb, options, &request, batch_text_create);
}

/* Names of new plans are relative to the folder one stands in, unless a root is given. */
static int found(const struct verb *verb, struct options *options, struct request *request) {
    request->here = options->root && !request->wants_graph ? "" : NULL;
    return create(verb, options, request, init_text_plan);
}

int write_init(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name,
                              .wants_graph = options->wants_graph,
                              .is_flat = options->is_flat,
                              .by_priority = options->by_priority};
    if (options->wants_graph && !command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (!options->wants_graph && (options->argument_count != 1 || options->plan))
        return command_fail_usage(verb, options, "the name of the new plan is expected, such as MY-PLAN");
    request.name = options->arguments[0];
    return found(verb, options, &request);
}

int write_import(const struct verb *verb, struct options *options) {
    struct request request = {
        .method = verb->name, .name = options->name, .tag = options->tag, .with_status = options->with_status};
    struct buffer text = {0};
    struct error error = {0};
    if (options->argument_count != 1)
        return command_fail_usage(verb, options, "a file is expected, such as .taskmaster/tasks/tasks.json");
    if (!options->name)
        return command_fail_usage(verb, options, "the new plan needs a name: --name MY-PLAN");
    request.file = input_name(options->arguments[0]);
    if (!input_read(options->arguments[0], &text, &error)) {
        buffer_release(&text);
        return command_fail(&error, verb->name, options->is_json);
    }
    request.text = buffer_span(&text);
    int status = found(verb, options, &request);
    buffer_release(&text);
    return status;
}

/* Is it the last one of all plans? Which of them is meant, the request itself has to say. */
static bool is_of_any_plan(const struct answer *preview) {
    for (size_t i = 0; i < preview->diagnostics.count; i++)
        if (strcmp(preview->diagnostics.items[i].code, HISTORY_ANY_PLAN) == 0)
            return true;
    return false;
}

/* "The last batch" is made a number, with which the undo can be found again if its answer gets lost. */
static void name_last_batch(struct session *session, struct request *request) {
    struct answer preview;
    request->is_dry_run = true;
    session_request(session, request, &preview);
    bool is_chosen = preview.code == ERROR_NONE && !is_of_any_plan(&preview);
    char *number = is_chosen ? text_in(&preview, "batch") : NULL;
    if (number)
        options_parse_batch(number, &request->batch);
    memory_free(number);
    answer_release(&preview);
}

/* The one argument of undo: a number, or else a plan. */
static bool take_batch(const struct options *options, struct request *request) {
    const char *word = options->argument_count ? options->arguments[0] : "";
    bool is_number = word[0] && word[strspn(word, "0123456789")] == '\0';
    if (!is_number)
        return command_take_plan(options, &request->plan);
    return options->argument_count == 1 && !options->plan && options_parse_batch(word, &request->batch);
}

int write_undo(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer;
    int status;
    struct request request = {.method = verb->name, .options.selection = options->batch.selection};
    if (!take_batch(options, &request))
        return command_fail_usage(verb, options, "the number of one batch is expected, such as 7, or a plan");
    if (!command_start(&session, verb, options, &status))
        return status;
    if (options->is_yes && !options->is_dry_run && !request.batch)
        name_last_batch(&session, &request);
    if (!options->is_yes || options->is_dry_run) {
        struct answer preview;
        if (!confirm(&session, options, &request, batch_text_undo, "removed", "Remove", &preview, &status)) {
            session_release(&session);
            return status;
        }
        char *number = text_in(&preview, "batch"); /* the one that was confirmed, not a later one */
        options_parse_batch(number, &request.batch);
        memory_free(number);
        answer_release(&preview);
    }
    request.is_dry_run = false;
    session_request(&session, &request, &answer);
    session_release(&session);
    return command_finish(&answer, options, batch_text_undo);
}
