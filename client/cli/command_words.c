#include "cli/command_words.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "cli/command.h"
#include "cli/option_rows.h"

static const struct command_word *find(const struct command_word *words, const struct options *options) {
    for (; options->argument_count && words->word; words++)
        if (strcmp(words->word, options->arguments[0]) == 0 &&
            options->argument_count == 1 + (size_t)(words->argument != NULL))
            return words;
    return NULL;
}

/* "one of show, get KEY, path is expected" */
static int fail_word(const struct command_word *words, const struct verb *verb, const struct options *options) {
    AUTO(buffer) message = {0};
    const char *lead = "one of ";
    for (; words->word; words++) {
        if (words->is_hidden)
            continue;
        buffer_append_format(&message, "%s%s%s%s", lead, words->word, words->argument ? " " : "",
                             words->argument ? words->argument : "");
        lead = ", ";
    }
    buffer_append_string(&message, " is expected");
    return command_fail_usage(verb, options, buffer_text(&message));
}

/* "--yes goes with install and uninstall" */
static int fail_option(const struct command_word *words, const struct option_row *row, const struct verb *verb,
                       const struct options *options) {
    AUTO(buffer) message = {0};
    const char *lead = " goes with ";
    buffer_append_format(&message, "--%s", row->name);
    for (; words->word; words++)
        if (words->scopes & row->scope) {
            buffer_append_format(&message, "%s%s", lead, words->word);
            lead = " and ";
        }
    return command_fail_usage(verb, options, buffer_text(&message));
}

int command_words_run(const struct command_word *words, const struct verb *verb, struct options *options) {
    const struct command_word *word = find(words, options);
    if (!word)
        return fail_word(words, verb, options);
    for (size_t i = 0; i < options->given_count; i++)
        if (!(options->given[i]->scope & (word->scopes | SCOPE_COMMON)))
            return fail_option(words, options->given[i], verb, options);
    return word->run(verb, options);
}
