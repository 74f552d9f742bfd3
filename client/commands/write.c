#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "claims/claim_handle.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "format/template.h"
#include "import/import_options.h"
#include "session/session.h"
#include "term/input.h"
#include "view/program_view.h"

/* What a verb does to files, for a person. */
struct deed {
    const char *verb, *question, *done;
};

static const struct deed *deed_of(const struct request *request) {
    static const struct deed deeds[] = {{"create", "Create", "created"}, {"retry", "Create", "created"},
                                        {"init", "Create", "created"},   {"import", "Create", "created"},
                                        {"undo", "Remove", "removed"},   {"reopen", "Rename", "renamed"},
                                        {NULL, "Write", "created"}},
                             replacement = {NULL, "Replace", "replaced"};
    const struct deed *deed = deeds;
    while (deed->verb && strcmp(deed->verb, request->method) != 0)
        deed++;
    return request->is_update ? &replacement : deed;
}

/* No terminal on which to confirm: show what would be done, and say how to have it done. */
static int refuse(struct session *session, const struct options *options, const struct request *request) {
    struct answer preview;
    struct reply reply = {0};
    struct error error = {0};
    session_view(session, request, &preview);
    reply_write(&reply, &preview, &request->style);
    if (reply.code == ERROR_NONE && reply.count) {
        command_confirm(options, "", &error); /* which says that it cannot */
        error_hint(&error, "add --yes to have it done, or --dry-run to look only");
        answer_fail(&preview, &error);
        reply_release(&reply);
        reply_write(&reply, &preview, &request->style);
    }
    answer_release(&preview);
    return command_finish_reply(&reply, options, NULL);
}

/*
 * Preview and confirmation, the same for every verb that writes. Returns true if the request is to be carried out, and
 * makes it what was confirmed; else the exit status is in @status.
 */
static bool confirm(struct session *session, struct options *options, int *status) {
    struct request *request = &options->request;
    AUTO(reply) preview = {0};
    AUTO(buffer) text = {0};
    struct error error = {0};
    request->is_dry_run = true;
    if (!options->is_dry_run && (!command_can_ask(options))) {
        *status = refuse(session, options, request);
        return false;
    }
    session_reply(session, request, &preview);
    if (preview.code != ERROR_NONE || preview.count == 0 || options->is_dry_run) {
        *status = command_finish_reply(&preview, options, NULL);
        return false;
    }
    command_print(&preview, options);
    buffer_append_format(&text, "%s %zu file%s?", deed_of(request)->question, preview.count,
                         text_plural(preview.count));
    if (!command_confirm(options, text.data, &error)) {
        *status = command_fail(&error, NULL, false);
        return false;
    }
    request->expect = arena_copy(&options->arena, buffer_text(&preview.token), preview.token.length);
    request->batch = preview.batch ? preview.batch : request->batch; /* of an undo: not a later one */
    return true;
}

/* The claim that a batch is made under: the one that is named, or that of the environment. */
static bool take_claim(const struct verb *verb, struct options *options, struct claim_handle *claim,
                       struct error *error) {
    const char *variable = getenv(CLAIM_VARIABLE), *text = options->claim ? options->claim : variable;
    bool is_fenced = verb->scopes & (SCOPE_CREATE | SCOPE_REVIEW | SCOPE_UNDO | SCOPE_ADOPT);
    if (!is_fenced || !text || !text[0])
        return true;
    options->request.claim = claim;
    options->request.is_claim_optional = !options->claim;
    return claim_handle_parse(claim, text, error);
}

/* @named: the source of an import as the user writes it, or NULL. */
static int write_named(const struct verb *verb, struct options *options, const char *named) {
    struct request *request = &options->request;
    struct session session;
    struct reply reply = {0};
    int status;
    AUTO(claim_handle) claim = {0};
    struct error error = {0};
    if (!take_claim(verb, options, &claim, &error))
        return command_fail(&error, verb->name, options->is_json);
    if (!command_start(&session, verb, options, &status))
        return status;
    request->style = command_style(options);
    request->style.named = named;
    if ((options->is_yes && !options->is_dry_run) || confirm(&session, options, &status)) {
        request->is_dry_run = false;
        session_reply(&session, request, &reply);
        status = command_finish_reply(&reply, options, deed_of(request)->done);
    }
    session_release(&session);
    return status;
}

int write_run(const struct verb *verb, struct options *options) {
    return write_named(verb, options, NULL);
}

int write_retry(const struct verb *verb, struct options *options) {
    if (options->argument_count != 1 || !options_parse_batch(options->arguments[0], &options->request.batch))
        return command_fail_usage(verb, options, "the number of a batch is expected, such as 7");
    return write_run(verb, options);
}

/* Needs no workspace, and writes nothing. */
static int print_agents(const struct verb *verb, const struct options *options) {
    if (options->argument_count || options->plan || options->request.wants_graph)
        return command_fail_usage(verb, options, "--agents takes no name");
    return command_finish_verbatim("agents", &(struct verbatim_view){.text = template_default("agents.md")}, options);
}

/* Names of new plans are relative to the folder one stands in, unless a root is given. */
static const char *place_of_new(const struct options *options) {
    return options->root ? "" : NULL;
}

int write_init(const struct verb *verb, struct options *options) {
    struct request *request = &options->request;
    if (request->is_update && (!request->wants_graph || request->is_flat || request->by_priority))
        return command_fail_usage(verb, options, "--update goes with --graph, and not with --flat or --by-priority");
    if (options->wants_agents)
        return print_agents(verb, options);
    if (request->wants_graph && !command_take_plan(options))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (!request->wants_graph && (options->argument_count != 1 || options->plan))
        return command_fail_usage(verb, options, "the name of the new plan is expected, such as MY-PLAN");
    request->name = options->arguments[0];
    request->here = request->wants_graph ? NULL : place_of_new(options);
    return write_run(verb, options);
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
    struct request *request = &options->request;
    struct import_options *import = &request->import;
    AUTO(buffer) text = {0}, named = {0};
    AUTO_FREE char *path = NULL;
    struct error error = {0};
    if (options->argument_count != 1)
        return command_fail_usage(verb, options, "a file or folder is expected, such as .taskmaster/tasks/tasks.json");
    import->epics = options->epics.items;
    import->epic_count = options->epics.count;
    if (!find_source(options->arguments[0], import, &text, &path, &error))
        return command_fail(&error, verb->name, options->is_json);
    append_named(&named, import);
    request->here = place_of_new(options);
    return write_named(verb, options, named.data);
}

int write_undo(const struct verb *verb, struct options *options) {
    const char *word = options->argument_count == 1 && !options->plan ? options->arguments[0] : "";
    bool is_number = word[0] && word[strspn(word, "0123456789")] == '\0';
    if (is_number ? !options_parse_batch(word, &options->request.batch) : !command_take_plan(options))
        return command_fail_usage(verb, options, "the number of one batch is expected, such as 7, or a plan");
    return write_run(verb, options);
}
