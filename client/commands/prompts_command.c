#include "commands/prompts_command.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "commands/derived_file.h"
#include "disk/files.h"
#include "format/json.h"
#include "format/json_writer.h"
#include "plan/selection.h"
#include "render/prompt_text.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/session.h"
#include "term/terminal.h"

static size_t count_files(const cJSON *data, enum derived_outcome outcome) {
    size_t count = 0;
    for (const cJSON *item = styled_text_first(data, "files"); item; item = item->next)
        count += strcmp(item->valuestring, derived_outcome_names[outcome]) == 0;
    return count;
}

static void append_file(struct buffer *text, const struct style *style, const cJSON *prompt, const char *outcome) {
    bool is_kept = strcmp(outcome, derived_outcome_names[DERIVED_KEPT]) == 0;
    if (strcmp(outcome, derived_outcome_names[DERIVED_UNCHANGED]) == 0)
        return;
    bool is_new = strcmp(outcome, derived_outcome_names[DERIVED_NEW]) == 0;
    styled_text_append_styled(text, style, is_kept ? "33" : "32", is_kept ? "  ! " : is_new ? "  + " : "  ~ ");
    buffer_append_format(text, "%s%s", style->output ? style->output : "", style->output ? "/" : "");
    styled_text_append_visible(text, styled_text_string(prompt, "name"));
    if (is_kept)
        buffer_append_string(text, "  (not written: the file that is there was edited; --force replaces it)\n");
    else
        buffer_append_format(text, "  (%zu lines%s)\n", json_get_unsigned(prompt, "lines"), is_new ? "" : ", replaced");
}

/* The names of the files that were written, and of those that were not. */
static void render_files(struct buffer *text, const cJSON *data, const struct style *style) {
    size_t unchanged = count_files(data, DERIVED_UNCHANGED), kept = count_files(data, DERIVED_KEPT);
    size_t written = styled_text_count(data, "files") - unchanged - kept;
    if (written)
        buffer_append_format(text, "Wrote %zu prompt%s:\n", written, text_plural(written));
    const cJSON *file = styled_text_first(data, "files");
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt && file; prompt = prompt->next) {
        append_file(text, style, prompt, file->valuestring);
        file = file->next;
    }
    if (unchanged)
        buffer_append_format(text, "%zu %s there and unchanged\n", unchanged, unchanged == 1 ? "is" : "are");
}

/* --- files --- */

/* @text becomes the file's. */
static struct derived_file file_of(const cJSON *prompt, struct buffer *text) {
    buffer_append_format(text, "%s\n", styled_text_string(prompt, "text"));
    return (struct derived_file){styled_text_string(prompt, "name"), buffer_span(text), "<!--", " -->"};
}

static bool decide_all(const struct files *files, const cJSON *data, bool is_forced, enum derived_outcome *outcomes,
                       struct error *error) {
    bool is_decided = true;
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt && is_decided; prompt = prompt->next) {
        AUTO(buffer) text = {0};
        const struct derived_file file = file_of(prompt, &text);
        is_decided = derived_file_decide(&file, files, is_forced, outcomes++, error);
    }
    return is_decided;
}

static bool write_all(const struct files *files, const cJSON *data, const enum derived_outcome *outcomes,
                      struct error *error) {
    bool is_written = true;
    for (const cJSON *prompt = styled_text_first(data, "prompts"); prompt && is_written; prompt = prompt->next) {
        AUTO(buffer) text = {0};
        const struct derived_file file = file_of(prompt, &text);
        is_written = derived_file_write(&file, files, *outcomes++, error);
    }
    return is_written;
}

/*
 * Write each prompt to a file in @folder, which is made if only it is missing. Those that are there are left if they
 * were edited, unless @is_forced. Where all can be written is known before the first one is.
 *   CONFLICT   something that is no file has the name of one
 *   NOT_FOUND  the folder's own parent is missing
 *   IO         cannot be written; those before it are
 */
static bool write_prompts(const cJSON *data, const char *folder, bool is_forced, enum derived_outcome *outcomes,
                          struct error *error) {
    struct files files = FILES_CLOSED;
    if (styled_text_count(data, "prompts") == 0)
        return true;
    bool is_new = mkdir(folder, 0777) == 0;
    if (!is_new && errno != EEXIST)
        return error_set_system(error, errno, "cannot make the folder %s", folder);
    bool is_written = files_open(&files, folder, error);
    files.label = folder;
    is_written =
        is_written && decide_all(&files, data, is_forced, outcomes, error) && write_all(&files, data, outcomes, error);
    files_close(&files);
    if (!is_written && is_new)
        rmdir(folder);
    return is_written;
}

/* --- the verb --- */

static void copy_text(struct json_writer *writer, const cJSON *object, const char *key) {
    json_writer_key_string(writer, key, json_get_string(object, key));
}

static void write_prompt(struct json_writer *writer, const cJSON *prompt) {
    json_writer_open_object(writer);
    copy_text(writer, prompt, "id");
    copy_text(writer, prompt, "name");
    json_writer_key_unsigned(writer, "lines", json_get_unsigned(prompt, "lines"));
    json_writer_key_null(writer, "text");
    json_writer_close_object(writer);
}

static void write_skipped(struct json_writer *writer, const cJSON *item) {
    json_writer_open_object(writer);
    copy_text(writer, item, "id");
    copy_text(writer, item, "reason");
    json_writer_close_object(writer);
}

/* The data of the answer once it is delivered: without the texts, with what became of each file. */
static void write_delivered(struct buffer *data, const cJSON *given, const enum derived_outcome *outcomes) {
    static const char *const head[] = {"plan", "path", "kind", "selection"};
    struct json_writer writer = {.buffer = data};
    json_writer_open_object(&writer);
    for (size_t i = 0; i < sizeof head / sizeof *head; i++)
        copy_text(&writer, given, head[i]);
    json_writer_key_array(&writer, "prompts");
    for (const cJSON *prompt = styled_text_first(given, "prompts"); prompt; prompt = prompt->next)
        write_prompt(&writer, prompt);
    json_writer_close_array(&writer);
    json_writer_key_array(&writer, "skipped");
    for (const cJSON *item = styled_text_first(given, "skipped"); item; item = item->next)
        write_skipped(&writer, item);
    json_writer_close_array(&writer);
    json_writer_key_array(&writer, "files");
    for (const cJSON *prompt = styled_text_first(given, "prompts"); prompt; prompt = prompt->next)
        json_writer_string(&writer, derived_outcome_names[*outcomes++]);
    json_writer_close_array(&writer);
    json_writer_close_object(&writer);
}

static size_t count_written(const enum derived_outcome *outcomes, size_t count) {
    size_t written = 0;
    for (size_t i = 0; i < count; i++)
        written += outcomes[i] == DERIVED_NEW || outcomes[i] == DERIVED_REPLACED;
    return written;
}

/* Writes the answer's prompts to files; returns how many. What goes wrong becomes the answer's outcome. */
static size_t deliver(struct answer *answer, const struct options *options) {
    struct json json;
    struct error error = {0};
    AUTO_FREE enum derived_outcome *outcomes = NULL;
    if (!command_read_data(answer, &json))
        return 0;
    size_t count = styled_text_count(json.root, "prompts"), written = 0;
    outcomes = memory_allocate(count + 1, sizeof *outcomes);
    if (write_prompts(json.root, options->output, options->is_forced, outcomes, &error)) {
        buffer_clear(&answer->data);
        write_delivered(&answer->data, json.root, outcomes);
        written = count_written(outcomes, count);
    } else {
        answer_fail(answer, &error);
    }
    json_release(&json);
    return written;
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
        count = deliver(&answer, options);
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
