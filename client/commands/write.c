#include "commands/write.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/answer.h"
#include "api/history.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_handle.h"
#include "cli/text_answer.h"
#include "format/template.h"
#include "import/import_options.h"
#include "session/session.h"
#include "term/input.h"
#include "term/terminal.h"

static const struct deed creation = {"Create", "created"}, removal = {"Remove", "removed"},
                         replacement = {"Replace", "replaced"};

/* No terminal on which to confirm: show what would be done, and say how to have it done. */
static int refuse(struct session *session, const struct options *options, const struct request *request) {
    struct answer preview;
    struct reply reply = {0};
    struct error error = {0};
    session_view(session, request, &preview);
    reply_write(&reply, &preview, &request->style);
    if (reply.code == ERROR_NONE && reply.count) {
        error_set(&error, ERROR_DECLINED, "cannot ask for confirmation without a terminal; nothing was changed");
        error_hint(&error, "add --yes to have it done, or --dry-run to look only");
        answer_fail(&preview, &error);
        reply_release(&reply);
        reply_write(&reply, &preview, &request->style);
    }
    answer_release(&preview);
    return command_finish_reply(&reply, options, NULL);
}

static int decline(struct reply *preview) {
    struct error error = {0};
    reply_release(preview);
    error_set(&error, ERROR_DECLINED, "declined; nothing was changed");
    return command_fail(&error, NULL, false);
}

/*
 * Preview and confirmation, the same for every verb that writes. Returns true if @request is to be carried out, with
 * what was confirmed in @preview; else the exit status is in @status.
 */
static bool confirm(struct session *session, struct options *options, struct request *request, const struct deed *deed,
                    struct reply *preview, int *status) {
    request->is_dry_run = true;
    if (!options->is_dry_run && (options->is_json || !terminal_can_ask())) {
        *status = refuse(session, options, request);
        return false;
    }
    session_reply(session, request, preview);
    if (preview->code != ERROR_NONE || preview->count == 0 || options->is_dry_run) {
        *status = command_finish_reply(preview, options, NULL);
        return false;
    }
    command_print(preview, options);
    AUTO(buffer) text = {0};
    buffer_append_format(&text, "%s %zu file%s?", deed->question, preview->count, text_plural(preview->count));
    bool is_confirmed = terminal_ask(text.data);
    if (!is_confirmed)
        *status = decline(preview);
    return is_confirmed;
}

/* Does it, after it has been confirmed if it was; @preview is what was, or empty. */
static int carry_out(struct session *session, const struct options *options, struct request *request,
                     const struct deed *deed, struct reply *preview) {
    struct reply reply;
    request->is_dry_run = false;
    session_reply(session, request, &reply);
    session_release(session);
    reply_release(preview);
    return command_finish_reply(&reply, options, deed->done);
}

/* The claim that a batch is made under: the one that is named, or that of the environment. */
static bool take_claim(const struct verb *verb, const struct options *options, struct request *request,
                       struct claim_handle *claim, struct error *error) {
    const char *variable = getenv(CLAIM_VARIABLE), *text = options->claim ? options->claim : variable;
    bool is_fenced = verb->scopes & (SCOPE_CREATE | SCOPE_REVIEW | SCOPE_UNDO | SCOPE_ADOPT);
    if (!is_fenced || !text || !text[0])
        return true;
    request->claim = claim;
    request->is_claim_optional = !options->claim;
    return claim_handle_parse(claim, text, error);
}

static int write_named(const struct verb *verb, struct options *options, const struct request *subject,
                       const struct deed *deed, const char *named) {
    struct request request = *subject;
    struct session session;
    struct reply preview = {0};
    int status;
    AUTO(claim_handle) claim = {0};
    struct error error = {0};
    if (!take_claim(verb, options, &request, &claim, &error))
        return command_fail(&error, verb->name, options->is_json);
    request.has_content = options->has_content;
    request.expect = options->expect;
    request.request_id = options->request;
    if (!command_start(&session, verb, options, &status))
        return status;
    request.style = command_style(options);
    request.style.named = named;
    bool is_asked = !options->is_yes || options->is_dry_run;
    if (is_asked && !confirm(&session, options, &request, deed, &preview, &status)) {
        session_release(&session);
        return status;
    }
    if (is_asked)
        request.expect = buffer_text(&preview.token); /* what was confirmed is what is created, or nothing is */
    return carry_out(&session, options, &request, deed, &preview);
}

int write_batch(const struct verb *verb, struct options *options, struct request *request, const struct deed *deed) {
    return write_named(verb, options, request, deed, NULL);
}

int write_create(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch};
    if (!command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return write_batch(verb, options, &request, &creation);
}

int write_retry(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch};
    if (options->argument_count != 1 || !options_parse_batch(options->arguments[0], &request.batch))
        return command_fail_usage(verb, options, "the number of a batch is expected, such as 7");
    return write_batch(verb, options, &request, &creation);
}

/* Names of new plans are relative to the folder one stands in, unless a root is given. */
static int create_plan(const struct verb *verb, struct options *options, struct request *request) {
    request->here = options->root && !request->wants_graph ? "" : NULL;
    return write_batch(verb, options, request, request->is_update ? &replacement : &creation);
}

/* Needs no workspace, and writes nothing. */
static int print_agents(const struct verb *verb, const struct options *options) {
    if (options->argument_count || options->plan || options->wants_graph)
        return command_fail_usage(verb, options, "--agents takes no name");
    return text_answer_finish(&(struct text_answer){.text = template_default("agents.md")}, "agents", options);
}

int write_init(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name,
                              .wants_graph = options->wants_graph,
                              .is_update = options->is_update,
                              .is_flat = options->is_flat,
                              .by_priority = options->by_priority};
    if (options->is_update && (!options->wants_graph || options->is_flat || options->by_priority))
        return command_fail_usage(verb, options, "--update goes with --graph, and not with --flat or --by-priority");
    if (options->wants_agents)
        return print_agents(verb, options);
    if (options->wants_graph && !command_take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (!options->wants_graph && (options->argument_count != 1 || options->plan))
        return command_fail_usage(verb, options, "the name of the new plan is expected, such as MY-PLAN");
    request.name = options->arguments[0];
    return create_plan(verb, options, &request);
}

/* Where the source is: a text of standard input, or a path, whose links are resolved here. */
static bool find_source(const char *argument, struct import_options *import, struct buffer *text, char **path,
                        struct error *error) {
    import->name = input_name(argument);
    if (import->name != argument) {
        bool is_read = input_read(argument, text, error);
        import->text = buffer_span(text);
        return is_read;
    }
    import->source = *path = realpath(argument, NULL);
    return *path || error_set_system(error, errno, "cannot read %s", argument);
}

/* "x/" for a folder: the files in it are named as well. */
static void append_named(struct buffer *named, const struct import_options *import) {
    struct stat status;
    bool is_folder = import->source && stat(import->source, &status) == 0 && S_ISDIR(status.st_mode);
    buffer_append_string(named, import->name);
    if (is_folder && named->data[named->length - 1] != '/')
        buffer_append_byte(named, '/');
}

int write_import(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .name = options->name, .import = options->import};
    AUTO(buffer) text = {0}, named = {0};
    AUTO_FREE char *path = NULL;
    struct error error = {0};
    if (options->argument_count != 1)
        return command_fail_usage(verb, options, "a file or folder is expected, such as .taskmaster/tasks/tasks.json");
    request.import.epics = options->epics;
    if (!find_source(options->arguments[0], &request.import, &text, &path, &error))
        return command_fail(&error, verb->name, options->is_json);
    append_named(&named, &request.import);
    request.here = options->root ? "" : NULL;
    return write_named(verb, options, &request, &creation, named.data);
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
    session_view(session, request, &preview);
    if (preview.code == ERROR_NONE && !is_of_any_plan(&preview))
        request->batch = preview.batch;
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
    struct reply preview = {0};
    int status;
    struct request request = {.method = verb->name, .options.selection = options->batch.selection};
    AUTO(claim_handle) claim = {0};
    struct error error = {0};
    if (!take_batch(options, &request))
        return command_fail_usage(verb, options, "the number of one batch is expected, such as 7, or a plan");
    if (!take_claim(verb, options, &request, &claim, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    request.style = command_style(options);
    bool is_asked = !options->is_yes || options->is_dry_run;
    if (is_asked && !confirm(&session, options, &request, &removal, &preview, &status)) {
        session_release(&session);
        return status;
    }
    if (is_asked)
        request.batch = preview.batch; /* the one that was confirmed, not a later one */
    else if (!request.batch)
        name_last_batch(&session, &request);
    return carry_out(&session, options, &request, &removal, &preview);
}
