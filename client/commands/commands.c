#include "commands/commands.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdio_ext.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/methods.h"
#include "api/request.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/version.h"
#include "commands/completion.h"
#include "commands/daemon_command.h"
#include "commands/doctor_command.h"
#include "commands/help.h"
#include "commands/menu_command.h"
#include "commands/prompts_command.h"
#include "commands/watch.h"
#include "config/config.h"
#include "disk/files.h"
#include "disk/ownership.h"
#include "doctor/findings.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "picture/graph_svg.h"
#include "picture/graph_text.h"
#include "plan/selection.h"
#include "render/batch_text.h"
#include "render/doctor_text.h"
#include "render/init_text.h"
#include "render/plan_text.h"
#include "render/what_if_text.h"
#include "session/session.h"
#include "term/input.h"
#include "term/terminal.h"

/* --- output --- */

static void put(FILE *stream, const struct buffer *text) {
    terminal_put(stream, buffer_span(text));
}

static struct style style_of(const struct options *options, int stream) {
    return (struct style){
        .has_color = terminal_has_color(options->color, stream),
        .is_verbose = options->is_verbose,
        .has_content = options->has_content,
        .root = options->workspace,
        .here = options->here,
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
    plain.root = NULL;
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

/* The answer's data, if it has any. The caller releases @json. Data that cannot be read is a bug of ours. */
static bool read_data(const struct answer *answer, struct json *json) {
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
    bool is_read = read_data(answer, &json);
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
    if (read_data(answer, &json))
        append_deed(&deed, json.root, options);
    json_release(&json);
    if (deed.length == 0)
        return (int)answer->code; /* main reports it */
    error_set(&error, ERROR_UNKNOWN, "%s; the answer could not be written to standard output", deed.data);
    error_hint(&error, "\"batchctl history\" and \"batchctl status\" show what is there now");
    buffer_release(&deed);
    __fpurge(stdout); /* what is left of it must not fail once more */
    clearerr(stdout);
    return command_fail(&error, NULL, false);
}

int command_finish(struct answer *answer, const struct options *options, command_renderer *renderer) {
    if (options->is_json) {
        put_json(answer);
    } else {
        put_rendered(answer, options, renderer);
        fflush(stdout); /* so that the two streams come in order on a terminal */
        put_diagnostics(&answer->diagnostics, options);
    }
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

/* So that paths can be printed as they open here; once, though a menu that cannot be shown starts another command. */
static void note_place(struct options *options, const struct session *session) {
    if (!options->workspace && session->settings.root)
        options->workspace = memory_copy(session->settings.root);
    if (!options->here)
        options->here = getcwd(NULL, 0);
}

bool command_start(struct session *session, const struct verb *verb, struct options *options, int *status) {
    if (verb->scopes & (SCOPE_WRITE | SCOPE_PROMPT))
        signal(SIGPIPE, SIG_IGN); /* a reader that is gone must not end it without a word about what was done */
    *session = (struct session){.makes_root = verb->scopes & (SCOPE_INIT | SCOPE_IMPORT)};
    struct answer answer = {.kind = verb->name};
    struct error error = {0};
    bool is_started =
        session_start(session, options, &answer.diagnostics, &error) && may_write(session, verb, options, &error);
    note_place(options, session);
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

static int ask_once(const struct verb *verb, struct options *options, struct request *request,
                    command_renderer *renderer) {
    struct session session;
    struct answer answer;
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    session_request(&session, request, &answer);
    session_release(&session);
    return command_finish(&answer, options, renderer);
}

/* --- verbs that read --- */

/* The plan as an argument, or with --plan. False if there are too many arguments. */
static bool take_plan(const struct options *options, const char **plan) {
    *plan = options->argument_count ? options->arguments[0] : options->plan;
    return options->argument_count + (options->plan != NULL) <= 1;
}

static int run_over_plan(const struct verb *verb, struct options *options, command_renderer *renderer) {
    struct request request = {.method = verb->name};
    if (!take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return ask_once(verb, options, &request, renderer);
}

static int run_status(const struct verb *verb, struct options *options) {
    return run_over_plan(verb, options, plan_text_status);
}

static int run_next(const struct verb *verb, struct options *options) {
    return run_over_plan(verb, options, plan_text_next);
}

static int run_graph(const struct verb *verb, struct options *options) {
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
    return ask_once(verb, options, &request, renderer);
}

static int run_show(const struct verb *verb, struct options *options) {
    struct request request = {.method = "batch", .batch = options->batch_number};
    if (options->batch_number && options->argument_count)
        return command_fail_usage(verb, options, "an achievement or a batch, not both");
    if (options->batch_number)
        return ask_once(verb, options, &request, batch_text_batch);
    return run_over_achievement(verb, options, plan_text_show);
}

static int run_why(const struct verb *verb, struct options *options) {
    return run_over_achievement(verb, options, plan_text_why);
}

static int run_what_if(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch, .unblock = options->unblock};
    if (!take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (request.options.selection.id_count == 0 && !request.unblock)
        return command_fail_usage(verb, options, "what if what? --complete or --unblock is needed");
    return ask_once(verb, options, &request, what_if_text_append);
}

static int run_history(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .request_id = options->request};
    if (options->argument_count)
        return command_fail_usage(verb, options, "history takes no arguments");
    return ask_once(verb, options, &request, batch_text_history);
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
    char *name = NULL;
    if (input_open(&files, path, &name, &error))
        request_validate_file(&files, name, path, &answer);
    else
        answer_fail(&answer, &error);
    files_close(&files);
    memory_free(name);
    return command_finish(&answer, options, plan_text_validate);
}

static int run_validate(const struct verb *verb, struct options *options) {
    if (options->argument_count == 1 && !options->plan && options->arguments[0][0] != '@' &&
        is_file_argument(options->arguments[0]))
        return validate_file(options->arguments[0], options);
    return run_over_plan(verb, options, plan_text_validate);
}

/* --- prompts --- */

/* Writes the answer's prompts to files, if that is asked for. What goes wrong becomes the answer's outcome. */
static void deliver(struct answer *answer, const char *folder) {
    struct json json;
    struct error error = {0};
    if (read_data(answer, &json) && !prompts_command_write(json.root, folder, &error))
        answer_fail(answer, &error);
    json_release(&json);
}

/* What gives no prompt is said beside them, so that the answer on standard output is nothing but prompts. */
static void put_left_out(const struct answer *answer, const struct options *options) {
    struct json json;
    struct buffer text = {0};
    if (read_data(answer, &json))
        prompts_command_append_notes(&text, json.root);
    json_release(&json);
    if (!options->is_quiet && !options->is_json)
        put(stderr, &text);
    buffer_release(&text);
}

static int run_prompt(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .plan = options->plan, .options = options->batch};
    struct session session;
    struct answer answer;
    int status;
    if (options->argument_count == 0 || options->argument_count + (options->plan != NULL) > 2)
        return command_fail_usage(verb, options, "a kind of prompts is needed, and at most one plan");
    request.prompt = options->arguments[0];
    if (options->argument_count == 2)
        request.plan = options->arguments[1];
    bool is_discovery = strcmp(request.prompt, "discover") == 0;
    if (is_discovery && options->has_selector)
        return command_fail_usage(verb, options,
                                  "discover is about the whole plan: it takes no --level, --ready or --ids");
    if (!options->has_selector && strcmp(request.prompt, "fill") == 0)
        request.options.selection.kind = SELECT_ALL;
    if (!command_start(&session, verb, options, &status))
        return status;
    session_request(&session, &request, &answer);
    session_release(&session);
    if (answer.code == ERROR_NONE && options->output)
        deliver(&answer, options->output);
    if (answer.code == ERROR_NONE)
        put_left_out(&answer, options);
    if (answer.code != ERROR_NONE)
        buffer_clear(&answer.data); /* nothing was delivered */
    return command_finish(&answer, options, options->output ? prompts_command_list : prompts_command_print);
}

/* --- verbs that write --- */

static size_t count_in(const struct answer *answer, const char *key) {
    struct json json;
    size_t count = read_data(answer, &json) ? (size_t)cJSON_GetArraySize(json_get(json.root, key)) : 0;
    json_release(&json);
    return count;
}

/* The string or number @key of the answer's data, as text that the caller frees; NULL if it has none. */
static char *text_in(const struct answer *answer, const char *key) {
    struct json json;
    struct buffer text = {0};
    const cJSON *member = read_data(answer, &json) ? json_get(json.root, key) : NULL;
    if (member && cJSON_IsString(member))
        buffer_append_string(&text, member->valuestring);
    else if (cJSON_IsNumber(member))
        buffer_append_format(&text, "%zu", json_get_unsigned(json.root, key));
    json_release(&json);
    return text.data;
}

/* Nobody is there to confirm: show what would be done, and say how to have it done. */
static int refuse(struct answer *preview, const struct options *options, command_renderer *renderer) {
    struct error error = {0};
    error_set(&error, ERROR_DECLINED, "nobody can confirm this here; nothing was changed");
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
    put_rendered(preview, options, renderer);
    fflush(stdout);
    put_diagnostics(&preview->diagnostics, options);
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

static int run_create(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .options = options->batch};
    if (!take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    return create(verb, options, &request, batch_text_create);
}

static int run_retry(const struct verb *verb, struct options *options) {
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

static int run_init(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .wants_graph = options->wants_graph};
    if (options->wants_graph && !take_plan(options, &request.plan))
        return command_fail_usage(verb, options, "only one plan can be named");
    if (!options->wants_graph && (options->argument_count != 1 || options->plan))
        return command_fail_usage(verb, options, "the name of the new plan is expected, such as MY-PLAN");
    request.name = options->arguments[0];
    return found(verb, options, &request);
}

static int run_import(const struct verb *verb, struct options *options) {
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

/* "The last batch" is made a number, by which the undo can be found again if its answer gets lost. */
static void name_last_batch(struct session *session, struct request *request) {
    struct answer preview;
    request->is_dry_run = true;
    session_request(session, request, &preview);
    char *number = preview.code == ERROR_NONE ? text_in(&preview, "batch") : NULL;
    if (number)
        options_parse_batch(number, &request->batch);
    memory_free(number);
    answer_release(&preview);
}

static int run_undo(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer;
    int status;
    struct request request = {.method = verb->name};
    if (options->argument_count > 1 ||
        (options->argument_count && !options_parse_batch(options->arguments[0], &request.batch)))
        return command_fail_usage(verb, options, "the number of one batch is expected, such as 7");
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

/* --- verbs about the program --- */

/* A configuration that is wrong is something to find; without a root there is nothing to look at. */
static int run_doctor(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct error error = {0};
    struct diagnostics configuration = {0};
    struct findings findings = {0};
    struct answer answer = {.kind = verb->name};
    struct request request = {.method = verb->name, .findings = &findings};
    if (options->argument_count)
        return command_fail_usage(verb, options, "doctor takes no arguments");
    session_start(&session, options, &configuration, &error);
    note_place(options, &session);
    if (session.settings.root) {
        doctor_command_find(&findings, &session, &configuration, &error);
        error_release(&error);
        session_request(&session, &request, &answer);
    } else {
        diagnostics_append(&answer.diagnostics, &configuration);
        answer_fail(&answer, &error);
    }
    session_release(&session);
    diagnostics_release(&configuration);
    findings_release(&findings);
    return command_finish(&answer, options, doctor_text_append);
}

static void render_config(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    const cJSON *values = json_get(data, "values");
    for (const cJSON *item = values ? values->child : NULL; item; item = item->next) {
        buffer_append_format(text, "%s.%s = ", json_get_string(item, "section"), json_get_string(item, "key"));
        styled_text_append_visible(text, json_get_string(item, "value"));
        buffer_append_string(text, "  (");
        styled_text_append_visible(text, json_get_string(item, "origin"));
        buffer_append_string(text, ")\n");
    }
}

static void write_config(struct buffer *data, const struct session *session) {
    struct json_writer writer = {.buffer = data};
    json_writer_open_object(&writer);
    json_writer_key_array(&writer, "values");
    for (enum config_key key = 0; key < CONFIG_KEYS; key++) {
        json_writer_open_object(&writer);
        json_writer_key_string(&writer, "section", config_entries[key].section);
        json_writer_key_string(&writer, "key", config_entries[key].key);
        json_writer_key_string(&writer, "value", session->settings.config.values[key]);
        json_writer_key_string(&writer, "origin", session->settings.config.origins[key]);
        json_writer_key_string(&writer, "meaning", config_entries[key].meaning);
        json_writer_key_string(&writer, "environment", config_entries[key].environment);
        json_writer_key_string(&writer, "default", config_entries[key].built_in);
        json_writer_key_string(&writer, "workspace", config_right_name(config_entries[key].right));
        json_writer_close_object(&writer);
    }
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
}

/* Shows what there is also if some of it is wrong, or no root is found: this is how one finds out. */
static int run_config(const struct verb *verb, struct options *options) {
    struct session session = {0};
    struct error error = {0};
    struct answer answer = {.kind = verb->name};
    if (options->argument_count != 1 || strcmp(options->arguments[0], "show") != 0)
        return command_fail_usage(verb, options, "the word \"show\" is expected");
    if (!session_start(&session, options, &answer.diagnostics, &error))
        answer_fail(&answer, &error);
    write_config(&answer.data, &session);
    session_release(&session);
    return command_finish(&answer, options, render_config);
}

static void render_version(struct buffer *text, const cJSON *data, const struct style *style) {
    (void)style;
    buffer_append_format(text, "batchctl %s\n", json_get_string(data, "version"));
}

static int run_version(const struct verb *verb, struct options *options) {
    if (options->argument_count)
        return command_fail_usage(verb, options, "version takes no arguments");
    struct answer answer = {.kind = verb->name};
    struct json_writer writer = {.buffer = &answer.data};
    json_writer_open_object(&writer);
    json_writer_key_string(&writer, "version", program_version);
    json_writer_key_string(&writer, "schema", ANSWER_SCHEMA);
    json_writer_close_object(&writer);
    return command_finish(&answer, options, render_version);
}

static int fail_unknown_verb(const char *word, bool is_json) {
    struct error error = {0};
    const char *names[32];
    size_t count = 0;
    for (const struct verb *verb = verbs; verb->name; verb++)
        names[count++] = verb->name;
    const char *closest = text_closest(word, names, count);
    error_set(&error, ERROR_USAGE, "there is no command %s", word);
    if (closest)
        error_hint(&error, "did you mean \"batchctl %s\"?", closest);
    else
        error_hint(&error, "\"batchctl help\" lists the commands");
    return command_fail(&error, NULL, is_json);
}

static int run_help(const struct verb *verb, struct options *options) {
    const struct verb *about = options->argument_count ? verb_find(options->arguments[0]) : NULL;
    if (options->argument_count > 1)
        return command_fail_usage(verb, options, "help takes one argument, a command");
    if (options->argument_count && !about)
        return fail_unknown_verb(options->arguments[0], options->is_json);
    if (options->is_json) {
        struct answer answer = {.kind = verb->name};
        help_write(&answer.data, about);
        return command_finish(&answer, options, NULL);
    }
    if (about)
        help_verb(about);
    else
        help_overview(stdout);
    return 0;
}

/* --- the table --- */

const struct verb verbs[] = {
    {"status", "[PLAN]", "progress: every achievement, its state, and what it needs or waits for",
     "Without PLAN: the plan you stand in, or all plans of the workspace.",
     "batchctl status\n    all plans, a line each\n"
     "batchctl status MY-PLAN\n    one plan, achievement by achievement\n"
     "batchctl status --json | jq '.data.plans[].progress'\n    for scripts\n",
     SCOPE_COMMON | SCOPE_PLAN, run_status},
    {"next", "[PLAN]", "what is ready now, and the one command to type next", NULL,
     "batchctl next MY-PLAN\n    the ready set of one plan\n", SCOPE_COMMON | SCOPE_PLAN, run_next},
    {"show", "[PLAN] ID | --batch N", "all about one achievement: state, files, dependencies, objective", NULL,
     "batchctl show MY-PLAN 3.1\n    achievement 3.1\n"
     "batchctl show --batch 7\n    batch 7: its files, and whether they are still as they were written\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_SHOW, run_show},
    {"why", "[PLAN] ID", "why an achievement is not ready, and what it holds up", NULL,
     "batchctl why MY-PLAN 3.1\n    everything 3.1 waits for, and the file that ends each wait\n",
     SCOPE_COMMON | SCOPE_PLAN, run_why},
    {"graph", "[PLAN] [--format tree|svg|dot|mermaid|json]", "the dependency graph", NULL,
     "batchctl graph MY-PLAN\n    a tree for the terminal\n"
     "batchctl graph MY-PLAN --format svg > graph.svg\n    a picture for a browser\n"
     "batchctl graph MY-PLAN --format dot | dot -Tpdf > graph.pdf\n    another one, by Graphviz\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_GRAPH, run_graph},
    {"what-if", "[PLAN] --complete IDS | --unblock ID", "what would be ready, and what is left, if some were complete",
     "Nothing is changed. With --unblock: the fewest achievements that have to be complete for ID to be ready, in an\n"
     "order in which they can be done.",
     "batchctl what-if MY-PLAN --complete 2.1,2.2\n    what these two would make ready, and the hours left then\n"
     "batchctl what-if MY-PLAN --unblock 3.1\n    what 3.1 waits for, and how long that takes\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_WHAT_IF, run_what_if},
    {"create", "[PLAN] [--level N | --ready | --ids IDS] [--kind execution|subplan | --rework]",
     "create EXECUTION_TASKs or SUBPLANs, all at once",
     "Only what is missing is created; a name that exists is never replaced. Every EXECUTION_TASK needs its SUBPLAN:\n"
     "if one is missing, nothing is created. You see what will be created, and are asked once. With --rework, each\n"
     "achievement that a FIX has sent back gets its next EXECUTION_TASK, with the points of that FIX.",
     "batchctl create MY-PLAN --level 2 --dry-run\n    look first; nothing changes\n"
     "batchctl create MY-PLAN --level 2\n    all EXECUTION_TASKs of level 2\n"
     "batchctl create MY-PLAN --kind subplan --ids 3.1,3.2 --yes\n    two SUBPLANs, without asking\n"
     "batchctl create MY-PLAN --rework\n    what is to be reworked, as EXECUTION_TASKs\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_SELECT | SCOPE_KIND | SCOPE_CREATE | SCOPE_WRITE | SCOPE_REQUEST, run_create},
    {"retry", "BATCH", "create what failed in a batch that kept going", NULL,
     "batchctl retry 7\n    what batch 7 could not create\n", SCOPE_COMMON | SCOPE_CREATE | SCOPE_WRITE | SCOPE_REQUEST,
     run_retry},
    {"undo", "[BATCH]", "remove the files of a batch that nobody has touched since",
     "Without BATCH: your last one. Files that were edited stay, EXECUTION_TASKs that were reviewed too, and SUBPLANs\n"
     "that have an EXECUTION_TASK.",
     "batchctl undo --dry-run\n    what would go, and what would stay\n"
     "batchctl undo 7 --yes\n    batch 7, without asking\n",
     SCOPE_COMMON | SCOPE_WRITE, run_undo},
    {"history", "", "the batches of this workspace, newest first", NULL, "batchctl history\n    all of them\n",
     SCOPE_COMMON | SCOPE_REQUEST, run_history},
    {"menu", "[PLAN]", "all of this by single keys, on one screen that follows what happens",
     "Progress by level, what is ready and for what, what waits for what; keys that create, undo, and show the graph,\n"
     "prompts and faults. ? explains them. Nothing is written but after a preview and a confirmation.",
     "batchctl menu\n    choose a plan first, if there are several\n"
     "batchctl menu MY-PLAN\n    the menu of one plan\n",
     SCOPE_COMMON | SCOPE_PLAN, menu_command_run},
    {"prompt", "discover|fill|execute [PLAN] [--level N | --ready | --ids IDS] [--output DIR]",
     "prompts for an LLM, many at once",
     "discover: find the dependencies of a plan, and write its parallel.json. fill: complete the SUBPLANs that are not,\n"
     "all of the plan without a selector. execute: do EXECUTION_TASKs, those that are ready without a selector. With\n"
     "--output each goes to a file of its own; a file that is there is never replaced.",
     "batchctl prompt discover MY-PLAN\n    for a plan without parallel.json, or with a doubtful one\n"
     "batchctl prompt fill MY-PLAN --level 2\n    for the SUBPLANs of level 2 that are placeholders or drafts\n"
     "batchctl prompt execute MY-PLAN --output prompts\n    for all that can be worked on now, a file each\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_SELECT | SCOPE_PROMPT, run_prompt},
    {"init", "NAME | --graph [PLAN]", "a new plan to fill in, or the parallel.json of a plan that has none",
     "NAME is relative to the folder you stand in; group/NAME makes the group as well. In a folder without plans above or\n"
     "below it, that folder becomes the workspace. --graph takes titles, hours and dependencies from the PLAN.",
     "batchctl init MY-PLAN\n    a folder with PLAN_MY-PLAN.md and parallel.json\n"
     "batchctl init --graph MY-PLAN --dry-run --show\n    the parallel.json that would be written\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_CONTENT | SCOPE_WRITE | SCOPE_REQUEST | SCOPE_INIT, run_init},
    {"import", "FILE --name NAME", "a new plan from the tasks.json of Task Master",
     "Task 3 becomes the achievement 3.0, its subtask 2 is 3.2 (3.00 and 3.02 if a task has more than nine). A task comes\n"
     "after its subtasks. What has no place in a plan stands under Notes in the PLAN; what is done there is only noted,\n"
     "unless --with-status is given. A FILE that is called - is standard input.",
     "batchctl import .taskmaster/tasks/tasks.json --name MY-PLAN\n    the list master, or the only one\n"
     "batchctl import tasks.json --tag feature-x --name FEATURE-X --with-status\n    another list, with its states\n"
     "curl -s https://example.org/tasks.json | batchctl import - --name MY-PLAN\n    from standard input\n",
     SCOPE_COMMON | SCOPE_CONTENT | SCOPE_WRITE | SCOPE_REQUEST | SCOPE_IMPORT, run_import},
    {"validate", "[PLAN | FILE]", "find everything that is wrong with plans, each with its place and remedy",
     "A FILE is a dependency file anywhere; it needs no workspace.",
     "batchctl validate\n    all plans\n"
     "batchctl validate draft/parallel.json\n    one file\n",
     SCOPE_COMMON | SCOPE_PLAN, run_validate},
    {"doctor", "", "check everything: files that do not count, leftovers, settings, the daemon; changes nothing",
     "Each finding has its place and what to do. The exit status is 6 if there are errors, 0 for warnings and notes.",
     "batchctl doctor\n    everything\n"
     "batchctl doctor --json | jq -r '.data.findings[].remedy'\n    for scripts\n",
     SCOPE_COMMON, run_doctor},
    {"daemon", "run | status | reload | stop", "the daemon that keeps the plans in memory and tells what happens",
     "It is not needed: without it batchctl reads the plans itself, and answers the same.\n"
     "As a service, for the root that is configured: systemctl --user enable --now batchd.socket; see batchd(8).",
     "batchctl daemon run &\n    start it for as long as you work here\n"
     "batchctl daemon status\n    is it there, and how does it do?\n"
     "batchctl daemon stop --all\n    stop each one of yours, also where the workspace is gone\n",
     SCOPE_COMMON | SCOPE_DAEMON, daemon_command_run},
    {"watch", "[PLAN] [--event TYPE]... [--exec -- COMMAND]", "the daemon's events as they happen",
     "TYPE is one of plan.added, plan.removed, plan.changed, plan.invalid, subplan.created, subplan.completed,\n"
     "subplan.reopened, subplan.removed, execution.created, execution.removed, achievement.completed,\n"
     "achievement.skipped, achievement.reopened, achievement.failed, achievement.ready, level.subplans_complete,\n"
     "level.completed, batch.created, batch.undone, batch.failed, watch.overflow, watch.degraded, watch.recovered,\n"
     "resync; or the part before the point.\n"
     "With --json each event is a line of JSON. It needs the daemon.",
     "batchctl watch\n    all events of all plans\n"
     "batchctl watch MY-PLAN --event level.subplans_complete --count 1\n    until the SUBPLANs of a level are complete\n"
     "batchctl watch --event subplan.completed --exec -- ./review.sh\n    run a program for each; the event is its input\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_WATCH, watch_run},
    {"wait", "[PLAN] --for CONDITION [--level N] [--timeout TIME]", "wait until something has come true",
     "CONDITION is subplans-complete or level-complete, with --level N; or ready=ID or complete=ID. Returns at once if it\n"
     "is true already, and with 124 if it is not within TIME (10m). It goes on while the plan is away, as it is for a\n"
     "moment when git switches a branch.",
     "batchctl wait MY-PLAN --for subplans-complete --level 2\n    until every SUBPLAN of level 2 is complete\n"
     "batchctl wait MY-PLAN --for complete=3.1 --timeout 2h\n    until 3.1 is approved\n",
     SCOPE_COMMON | SCOPE_PLAN | SCOPE_WAIT, wait_run},
    {"config", "show", "every setting, its value, and where that comes from", NULL,
     "batchctl config show\n    the settings in force here\n", SCOPE_COMMON, run_config},
    {"completion", "bash | zsh | fish", "the script by which your shell completes what you type here",
     "With \"words -- WORD...\": what may come next in such a line, as the scripts ask for it. Each line has a word, a tab,\n"
     "and what it means.",
     "source <(batchctl completion bash)\n    for this shell; packages have it for all of them\n"
     "batchctl completion words -- create MY-PLAN --level ''\n    the levels of a plan\n",
     SCOPE_COMMON | SCOPE_WORDS, completion_run},
    {"version", "", "the version of this program", NULL, "batchctl version --json\n    for scripts\n", SCOPE_COMMON,
     run_version},
    {"help", "[COMMAND]", "help for all of this, or for one command", NULL, "batchctl help create\n    about create\n",
     SCOPE_COMMON, run_help},
    {0},
};

const struct verb *verb_find(const char *name) {
    for (const struct verb *verb = verbs; verb->name; verb++)
        if (strcmp(verb->name, name) == 0)
            return verb;
    return NULL;
}
