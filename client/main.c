/*
 * batchctl: the command line. Finds the verb, parses its options, runs it; everything else is in the modules.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/command.h"
#include "cli/option_reader.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "commands/commands.h"
#include "verbs.h"

/* Output that could not be written is a failure like any other. */
static int checked(int status) {
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    struct error error = {0};
    error_set(&error, ERROR_IO, "cannot write the answer to standard output");
    int failure = command_fail(&error, NULL, false);
    return status ? status : failure;
}

static bool is_word(int count, char **words, const char *word) {
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    return false;
}

static bool parse(struct options *options, int count, char **words, const struct verb *verb, struct error *error) {
    bool is_parsed = option_reader_parse(options, count, words, verb->scopes, error);
    options->verb_table = verbs;
    return is_parsed;
}

static int run(const struct verb *verb, int count, char **words) {
    struct options options;
    struct error error = {0};
    int status;
    if (!parse(&options, count, words, verb, &error)) {
        if (!error.hint)
            error_hint(&error, "\"batchctl help %s\" lists the options", verb->name);
        status = command_fail(&error, verb->name, options.is_json || is_word(count, words, "--json"));
    } else if (options.wants_help) {
        status = help_show_verb(verb, &options);
    } else {
        status = command_run(verb, &options);
    }
    options_release(&options);
    return status;
}

/* The verb is the first word that is neither an option nor the value of one: "batchctl -C DIR status" is allowed. */
static int verb_position(int count, char **words) {
    struct option_reader reader = {.words = words, .count = count, .position = 1, .scopes = SCOPE_ALL};
    struct option_item item;
    while (option_reader_next(&reader, &item))
        if (item.kind == OPTION_ITEM_ARGUMENT)
            return reader.position - 1;
    return 0;
}

/* Without a verb there are options alone: help, the version, or a mistake. */
static int run_without_verb(int count, char **words) {
    if (count > 1 && (strcmp(words[1], "--version") == 0 || strcmp(words[1], "-V") == 0))
        return run(command_find_verb(verbs, "version"), count - 2, words + 2);
    struct options options;
    struct error error = {0};
    const struct verb *help = command_find_verb(verbs, "help");
    bool is_json = is_word(count, words, "--json");
    int status = ERROR_USAGE;
    if (!parse(&options, count - 1, words + 1, help, &error)) {
        status = command_fail(&error, NULL, is_json);
    } else if (options.wants_help) {
        status = command_run(help, &options);
    } else if (is_json) {
        error_set(&error, ERROR_USAGE, "a command is missing");
        error_hint(&error, "\"batchctl help --json\" describes them");
        status = command_fail(&error, NULL, is_json);
    } else {
        help_print_usage(verbs);
    }
    options_release(&options);
    return status;
}

/* A file that is opened must not get the number of a stream that is closed, and with it the answer. */
static void open_streams(void) {
    for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
        if (fcntl(stream, F_GETFD) < 0)
            open("/dev/null", stream == STDERR_FILENO ? O_WRONLY : O_RDONLY); /* writing an answer fails */
}

int main(int count, char **words) {
    open_streams();
    signal(SIGPIPE, SIG_DFL);
    signal(SIGIO, SIG_IGN); /* another process writes while we hold a lease: see files_is_being_written */
    int position = verb_position(count, words);
    if (position == 0)
        return checked(run_without_verb(count, words));
    const struct verb *verb = command_find_verb(verbs, words[position]);
    if (!verb) {
        char json[] = "--json", *arguments[] = {words[position], json};
        return checked(run(command_find_verb(verbs, "help"), is_word(count, words, json) ? 2 : 1, arguments));
    }
    for (int i = position; i > 1; i--) /* the options before the verb go with those after it */
        words[i] = words[i - 1];
    return checked(run(verb, count - 2, words + 2));
}
