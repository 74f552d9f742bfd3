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
#include "cli/options.h"
#include "commands/help.h"
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

static int run(const struct verb *verb, int count, char **words) {
    struct options options;
    struct error error = {0};
    int status;
    if (!options_parse(&options, count, words, verb->scopes, &error)) {
        if (!error.hint)
            error_hint(&error, "\"batchctl help %s\" lists the options", verb->name);
        status = command_fail(&error, verb->name, options.is_json || is_word(count, words, "--json"));
    } else if (options.wants_help) {
        help_verb(verb);
        status = 0;
    } else {
        status = verb->run(verb, &options);
    }
    options_release(&options);
    return status;
}

/* The verb is the first word that is neither an option nor the value of one: "batchctl -C DIR status" is allowed. */
static int verb_position(int count, char **words) {
    for (int i = 1; i < count; i++) {
        if (words[i][0] != '-')
            return i;
        for (const struct option_row *row = option_rows; row->name; row++) {
            bool is_letter = row->letter && words[i][1] == row->letter && words[i][1] != '-' && words[i][2] == '\0';
            bool is_name = strncmp(words[i], "--", 2) == 0 && strcmp(words[i] + 2, row->name) == 0;
            if (row->value && (is_letter || is_name)) {
                i++;
                break;
            }
        }
    }
    return 0;
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
    bool wants_version = count > 1 && (strcmp(words[1], "--version") == 0 || strcmp(words[1], "-V") == 0);
    bool wants_help = count > 1 && (strcmp(words[1], "--help") == 0 || strcmp(words[1], "-h") == 0);
    if (position == 0) {
        if (wants_version)
            return checked(run(command_find_verb(verbs, "version"), 0, NULL));
        help_overview(wants_help ? stdout : stderr, verbs);
        return checked(wants_help ? 0 : ERROR_USAGE);
    }
    const struct verb *verb = command_find_verb(verbs, words[position]);
    if (!verb) {
        char json[] = "--json", *arguments[] = {words[position], json};
        return checked(run(command_find_verb(verbs, "help"), is_word(count, words, json) ? 2 : 1, arguments));
    }
    for (int i = position; i > 1; i--) /* the options before the verb go with those after it */
        words[i] = words[i - 1];
    return checked(run(verb, count - 2, words + 2));
}
