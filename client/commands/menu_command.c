#include "commands/menu_command.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/auto.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "base/memory.h"
#include "session/capture.h"
#include "session/own_program.h"
#include "session/session.h"
#include "term/terminal.h"

#define PROGRAM "batchctl-menu"

enum { WORDS_MOST = 16 };

static char *find_program(void) {
    return own_program_find(PROGRAM, MENU_PLACE);
}

/* "batchctl-menu 0.1.0" -> "0.1.0"; "" if it says anything else, or nothing within a second. */
char *menu_command_version(void) {
    static const char *const words[] = {PROGRAM, MENU_COMMAND_VERSION_OPTION, NULL};
    static const char start[] = PROGRAM " ";
    enum { DEADLINE_MS = 1000 };
    AUTO_FREE char *program = find_program();
    AUTO(buffer) output = {0};
    struct span line = {0};
    if (!program)
        return NULL;
    capture_run(program, words, NULL, DEADLINE_MS, &output);
    struct span rest = buffer_span(&output);
    if (!span_next_line(&rest, &line) || !span_starts_with(line, start))
        return memory_copy("");
    line = span_skip(line, strlen(start));
    return memory_copy_part(line.data, line.length);
}

static void add_pair(char **words, size_t *count, const char *option, const char *value) {
    if (!value)
        return;
    words[(*count)++] = (char *)option;
    words[(*count)++] = (char *)value;
}

/* The options again, as words. */
static void list_words(char **words, const struct options *options) {
    static const char *const colors[] = {[COLOR_AUTO] = "auto", [COLOR_ALWAYS] = "always", [COLOR_NEVER] = "never"};
    size_t count = 0;
    words[count++] = (char *)PROGRAM;
    add_pair(words, &count, "--root", options->root);
    add_pair(words, &count, "--plan", options->request.plan);
    add_pair(words, &count, "--timeout", options->timeout);
    add_pair(words, &count, "--color", colors[options->color]);
    if (options->ascii)
        words[count++] = (char *)"--ascii";
    if (options->has_no_daemon)
        words[count++] = (char *)"--no-daemon";
    words[count] = NULL;
}

int menu_command_print(const struct verb *verb, struct options *options) {
    struct session session;
    struct answer answer, advice;
    struct error error = {0};
    int status;
    const struct request request = {.method = "status", .plan = options->request.plan};
    const struct request next = {.method = "next", .plan = options->request.plan};
    if (!command_start(&session, verb, options, &status))
        return status;
    session_view(&session, &request, &answer);
    session_view(&session, &next, &advice);
    session_release(&session);
    if (answer.view) {
        error_set(&error, ERROR_DECLINED, "the menu needs a terminal; this is what it would show");
        error_hint(&error, "\"batchctl next\" shows what to do");
        if (options->is_json)
            answer_fail(&answer, &error);
    }
    status = command_finish(&answer, options);
    if (!options->is_json && error.code) {
        diagnostics_release(&advice.diagnostics); /* they are those of status */
        answer_fail(&advice, &error);
        status = command_finish(&advice, options);
    } else {
        answer_release(&advice);
    }
    return status;
}

int menu_command_run(const struct verb *verb, struct options *options) {
    struct error error = {0};
    char *words[WORDS_MOST];
    const char *type = getenv("TERM");
    bool can_place = type && type[0] && strcmp(type, "dumb") != 0;
    if (options->is_json || !can_place || !isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return menu_command_print(verb, options);
    AUTO_FREE char *program = find_program();
    list_words(words, options);
    if (program)
        execv(program, words);
    if (program)
        error_set_system(&error, errno, "cannot start %s", program);
    else
        error_set(&error, ERROR_NOT_FOUND, "the program " PROGRAM " is not installed");
    error_hint(&error, "\"batchctl status\" and \"batchctl next\" show the same as text");
    return command_fail(&error, verb->name, false);
}
