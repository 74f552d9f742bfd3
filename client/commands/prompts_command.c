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
#include "disk/derived_file.h"
#include "disk/files.h"
#include "plan/selection.h"
#include "render/prompt_json.h"
#include "render/style.h"
#include "render/styled_text.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/prompt_view.h"

static bool has_outcome(const struct prompt_item *prompt, enum derived_outcome outcome) {
    return prompt->outcome == derived_outcome_names[outcome];
}

static size_t count_files(const struct prompt_view *prompts, enum derived_outcome outcome) {
    size_t count = 0;
    for (size_t i = 0; i < prompts->count; i++)
        count += has_outcome(&prompts->prompts[i], outcome);
    return count;
}

static void append_file(struct buffer *text, const struct style *style, const struct prompt_item *prompt) {
    bool is_kept = has_outcome(prompt, DERIVED_KEPT), is_new = has_outcome(prompt, DERIVED_NEW);
    if (has_outcome(prompt, DERIVED_UNCHANGED))
        return;
    styled_text_append_styled(text, style, is_kept ? "33" : "32", is_kept ? "  ! " : is_new ? "  + " : "  ~ ");
    buffer_append_format(text, "%s%s", style->output ? style->output : "", style->output ? "/" : "");
    styled_text_append_visible(text, prompt->name);
    if (is_kept)
        buffer_append_string(text, "  (not written: the file that is there was edited; --force replaces it)\n");
    else
        buffer_append_format(text, "  (%zu lines%s)\n", prompt->line_count, is_new ? "" : ", replaced");
}

/* The names of the files that were written, and of those that were not. */
static void append_files(struct buffer *text, const void *view, const struct style *style) {
    const struct prompt_view *prompts = view;
    size_t unchanged = count_files(prompts, DERIVED_UNCHANGED), kept = count_files(prompts, DERIVED_KEPT);
    size_t written = prompts->count - unchanged - kept;
    if (written)
        buffer_append_format(text, "Wrote %zu prompt%s:\n", written, text_plural(written));
    for (size_t i = 0; i < prompts->count; i++)
        append_file(text, style, &prompts->prompts[i]);
    if (unchanged)
        buffer_append_format(text, "%zu %s there and unchanged\n", unchanged, unchanged == 1 ? "is" : "are");
}

/* --- files --- */

/* @text becomes the file's. */
static struct derived_file file_of(const struct prompt_item *prompt, struct buffer *text) {
    buffer_append_format(text, "%s\n", prompt->text);
    return (struct derived_file){prompt->name, buffer_span(text), "<!--", " -->"};
}

static bool decide_all(const struct files *files, const struct prompt_view *prompts, bool is_forced,
                       enum derived_outcome *outcomes, struct error *error) {
    bool is_decided = true;
    for (size_t i = 0; i < prompts->count && is_decided; i++) {
        AUTO(buffer) text = {0};
        const struct derived_file file = file_of(&prompts->prompts[i], &text);
        is_decided = derived_file_decide(&file, files, is_forced, &outcomes[i], error);
    }
    return is_decided;
}

static bool write_all(const struct files *files, const struct prompt_view *prompts,
                      const enum derived_outcome *outcomes, struct error *error) {
    bool is_written = true;
    for (size_t i = 0; i < prompts->count && is_written; i++) {
        AUTO(buffer) text = {0};
        const struct derived_file file = file_of(&prompts->prompts[i], &text);
        is_written = derived_file_write(&file, files, outcomes[i], error);
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
static bool write_prompts(const struct prompt_view *prompts, const char *folder, bool is_forced,
                          enum derived_outcome *outcomes, struct error *error) {
    struct files files = FILES_CLOSED;
    if (prompts->count == 0)
        return true;
    bool is_new = mkdir(folder, 0777) == 0;
    if (!is_new && errno != EEXIST)
        return error_set_system(error, errno, "cannot make the folder %s", folder);
    bool is_written = files_open(&files, folder, error);
    files.label = folder;
    is_written = is_written && decide_all(&files, prompts, is_forced, outcomes, error) &&
                 write_all(&files, prompts, outcomes, error);
    files_close(&files);
    if (!is_written && is_new)
        rmdir(folder);
    return is_written;
}

/* --- the verb --- */

/* The view once the prompts are delivered: with what became of each file. */
static const struct prompt_view *delivered(struct arena *arena, const struct prompt_view *given,
                                           const enum derived_outcome *outcomes) {
    struct prompt_view *view = arena_allocate(arena, 1, sizeof *view);
    *view = *given;
    view->is_delivered = true;
    for (size_t i = 0; i < view->count; i++)
        view->prompts[i].outcome = derived_outcome_names[outcomes[i]];
    return view;
}

/* Writes the answer's prompts to files. What goes wrong becomes the answer's outcome. */
static void deliver(struct answer *answer, const struct options *options) {
    static const struct answer_type type = {prompt_json_write, append_files};
    const struct prompt_view *prompts = answer->view;
    struct error error = {0};
    AUTO_FREE enum derived_outcome *outcomes = memory_allocate(prompts->count + 1, sizeof *outcomes);
    if (!write_prompts(prompts, options->output, options->is_forced, outcomes, &error)) {
        answer_fail(answer, &error);
        return;
    }
    const struct prompt_view *view = delivered(&answer->arena, prompts, outcomes);
    answer->type = &type;
    answer->view = view;
    answer->count = count_files(view, DERIVED_NEW) + count_files(view, DERIVED_REPLACED);
}

/* What gives no prompt is printed before the names of the files. */
static void put_notes(struct answer *answer, const struct options *options) {
    if (answer->notes && !options->is_quiet && !options->is_json)
        terminal_put(stderr, span_of(answer->notes));
    answer->notes = NULL;
}

/* Each prompt to a file of its name. */
static int run_to_files(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer;
    struct reply reply = {0};
    int status;
    if (!command_start(&session, verb, options, &status))
        return status;
    session_view(&session, &options->request, &answer);
    session_release(&session);
    if (answer.code == ERROR_NONE)
        deliver(&answer, options);
    if (answer.code == ERROR_NONE)
        put_notes(&answer, options);
    else
        answer.view = NULL; /* nothing was delivered */
    const struct style style = command_style(options);
    reply_write(&reply, &answer, &style);
    answer_release(&answer);
    return command_finish_reply(&reply, options, "written");
}

int prompts_command_run(const struct verb *verb, struct options *options) {
    struct request *request = &options->request;
    bool has_selector = options_have_selector(options);
    if (options->argument_count == 0 || options->argument_count + (options->plan != NULL) > 2)
        return command_fail_usage(verb, options, "a kind of prompts is needed, and at most one plan");
    request->prompt = options->arguments[0];
    request->plan = options->argument_count == 2 ? options->arguments[1] : options->plan;
    if (has_selector && strcmp(request->prompt, "discover") == 0)
        return command_fail_usage(verb, options,
                                  "discover is about the whole plan: it takes no --level, --ready or --ids");
    if (!has_selector && strcmp(request->prompt, "fill") == 0)
        request->options.selection.kind = SELECT_ALL;
    return options->output ? run_to_files(verb, options) : command_ask(verb, options);
}
