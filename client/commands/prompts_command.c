#include <stdio.h>
#include <string.h>

#include "api/answer.h"
#include "api/reply.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "disk/derived_file.h"
#include "plan/selection.h"
#include "render/style.h"
#include "session/session.h"
#include "term/terminal.h"
#include "view/prompt_view.h"

/* The files, each with its text in @arena. */
static struct derived_file *list_files(const struct prompt_view *prompts, struct arena *arena) {
    struct derived_file *files = arena_allocate(arena, prompts->count, sizeof *files);
    for (size_t i = 0; i < prompts->count; i++) {
        const char *text = arena_format(arena, "%s\n", prompts->prompts[i].text);
        files[i] = (struct derived_file){prompts->prompts[i].name, span_of(text), "<!--", " -->"};
    }
    return files;
}

/* Writes the answer's prompts to files; the view then says what became of each. What goes wrong is the outcome. */
static void deliver(struct answer *answer, const struct options *options) {
    const struct prompt_view *given = answer->view;
    struct arena *arena = &answer->arena;
    struct prompt_view *view = arena_allocate(arena, 1, sizeof *view);
    struct error error = {0};
    enum derived_outcome *outcomes = arena_allocate(arena, given->count, sizeof *outcomes);
    if (!derived_file_put_all(list_files(given, arena), given->count, options->output, options->is_forced, outcomes,
                              &error)) {
        answer_fail(answer, &error);
        return;
    }
    *view = *given;
    view->is_delivered = true;
    for (size_t i = 0; i < view->count; i++) {
        view->prompts[i].outcome = derived_outcome_names[outcomes[i]];
        answer->count += outcomes[i] == DERIVED_NEW || outcomes[i] == DERIVED_REPLACED;
    }
    answer->view = view;
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
