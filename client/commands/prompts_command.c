#include "commands/prompts_command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/text.h"
#include "disk/files.h"
#include "format/json.h"
#include "plan/selection.h"
#include "render/prompt_text.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/session.h"
#include "term/terminal.h"

static size_t line_count(const char *text) {
    size_t count = 0;
    for (; *text; text++)
        count += *text == '\n';
    return count;
}

/* The names of the files that were written. */
static void render_files(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t count = styled_text_count(data, "prompts");
    if (count)
        buffer_append_format(text, "Wrote %zu prompt%s:\n", count, text_plural(count));
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt; prompt = prompt->next) {
        styled_text_append_styled(text, style, "32", "  + ");
        buffer_append_format(text, "%s%s", style->output ? style->output : "", style->output ? "/" : "");
        styled_text_append_visible(text, styled_text_string(prompt, "name"));
        buffer_append_format(text, "  (%zu lines)\n", line_count(styled_text_string(prompt, "text")));
    }
}

/* --- files --- */

static bool fail_present(const char *folder, const char *name, struct error *error) {
    error_set(error, ERROR_CONFLICT, "%s/%s already exists; no prompt was written", folder, name);
    return error_hint(error, "name another folder with --output, or remove what is in the way");
}

/* Is every name free? So that the usual mistake is noticed before anything is written. */
static bool check_names(const struct files *files, const cJSON *data, const char *folder, struct error *error) {
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt; prompt = prompt->next) {
        const char *name = styled_text_string(prompt, "name");
        enum file_kind kind;
        if (!files_look(files, name, &kind, NULL, error))
            return false;
        if (kind != FILE_ABSENT)
            return fail_present(folder, name, error);
    }
    return true;
}

static void remove_first(const struct files *files, const cJSON *data, const cJSON *end) {
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt != end; prompt = prompt->next) {
        struct error error = {0}; /* the cause that is reported is the first one */
        files_remove(files, styled_text_string(prompt, "name"), &error);
        error_release(&error);
    }
}

static bool create_all(const struct files *files, const cJSON *data, const char *folder, mode_t mode,
                       struct error *error) {
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt; prompt = prompt->next) {
        const char *name = styled_text_string(prompt, "name");
        struct span text = span_of(styled_text_string(prompt, "text"));
        if (files_create(files, name, text, mode, false, NULL, error))
            continue;
        remove_first(files, data, prompt);
        return error->code == ERROR_CONFLICT ? fail_present(folder, name, error) : false;
    }
    return true;
}

/*
 * Write each prompt to a file in @folder, which is made if only it is missing. All of them or none:
 *   CONFLICT   a file is there already; nothing is replaced
 *   NOT_FOUND  the folder's own parent is missing
 *   IO         cannot be written
 */
static bool write_prompts(const cJSON *data, const char *folder, struct error *error) {
    struct files files = FILES_CLOSED;
    mode_t mask = umask(0);
    umask(mask);
    if (styled_text_count(data, "prompts") == 0)
        return true;
    bool is_new = mkdir(folder, 0777) == 0;
    if (!is_new && errno != EEXIST)
        return error_set_system(error, errno, "cannot make the folder %s", folder);
    bool is_written = files_open(&files, folder, error);
    files.label = folder;
    is_written =
        is_written && check_names(&files, data, folder, error) && create_all(&files, data, folder, 0666 & ~mask, error);
    files_close(&files);
    if (!is_written && is_new)
        rmdir(folder);
    return is_written;
}

/* --- the verb --- */

/* Writes the answer's prompts to files; returns how many. What goes wrong becomes the answer's outcome. */
static size_t deliver(struct answer *answer, const char *folder) {
    struct json json;
    struct error error = {0};
    size_t count = 0;
    if (command_read_data(answer, &json) && !write_prompts(json.root, folder, &error))
        answer_fail(answer, &error);
    else
        count = styled_text_count(json.root, "prompts");
    json_release(&json);
    return count;
}

/* What gives no prompt is printed before the names of the files. */
static void put_left_out(const struct answer *answer, const struct options *options) {
    struct json json;
    struct buffer text = {0};
    if (command_read_data(answer, &json))
        prompt_text_append_notes(&text, json.root);
    json_release(&json);
    if (!options->is_quiet && !options->is_json)
        terminal_put(stderr, buffer_span(&text));
    buffer_release(&text);
}

/* Each prompt to a file of its name. */
static int run_to_files(const struct verb *verb, struct options *options, const struct request *request) {
    struct session session;
    struct answer answer;
    struct reply reply = {0};
    int status;
    size_t count = 0;
    if (!command_start(&session, verb, options, &status))
        return status;
    session_request(&session, request, &answer);
    session_release(&session);
    if (answer.code == ERROR_NONE)
        count = deliver(&answer, options->output);
    if (answer.code == ERROR_NONE)
        put_left_out(&answer, options);
    if (answer.code != ERROR_NONE)
        buffer_clear(&answer.data); /* nothing was delivered */
    const struct style style = command_style(options);
    reply_write_by(&reply, &answer, &style, render_files);
    reply.count = count;
    answer_release(&answer);
    return command_finish_reply(&reply, options, "written");
}

int prompts_command_run(const struct verb *verb, struct options *options) {
    struct request request = {.method = verb->name, .plan = options->plan, .options = options->batch};
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
    return options->output ? run_to_files(verb, options, &request) : command_ask(verb, options, &request);
}
