/*
 * Command words: the words that a verb takes as its first argument, such as "stop" in "daemon stop", each with its
 * function and its options.
 */
#ifndef BATCHCTL_COMMAND_WORDS_H
#define BATCHCTL_COMMAND_WORDS_H

#include <stdbool.h>

#include "cli/options.h"
#include "cli/verb.h"

struct command_word {
    const char *word;
    const char *argument; /* what follows it, such as "KEY"; NULL if nothing does */
    int (*run)(const struct verb *verb, struct options *options);
    option_scopes scopes; /* of its options, beside those of every command */
    bool is_hidden;       /* for programs: not named where a word is missing */
};

/*
 * Run the word of the arguments, one of @words, which end with a NULL word; returns the exit status. USAGE for any
 * other, for arguments that are missing or too many, and for an option that goes with another word.
 */
int command_words_run(const struct command_word *words, const struct verb *verb, struct options *options);

#endif
