/*
 * An option reader: a command line, read word by word, with the table of options.
 */
#ifndef BATCHCTL_OPTION_READER_H
#define BATCHCTL_OPTION_READER_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/option_rows.h"
#include "cli/options.h"

/* A command line that is read word by word. */
struct option_reader {
    char *const *words;
    int count, position;
    option_scopes scopes; /* of the options that are known; may change on the way */
    bool has_ended;       /* "--" has been read: what follows are arguments */
};

enum option_item_kind {
    OPTION_ITEM_ARGUMENT,
    OPTION_ITEM_KNOWN,
    OPTION_ITEM_UNKNOWN,   /* or a beginning of several */
    OPTION_ITEM_SEPARATOR, /* the first "--" */
};

struct option_item {
    enum option_item_kind kind;
    const char *word;             /* the first, or only one */
    const struct option_row *row; /* of a known one */
    const char *value;            /* its value, in the same word or the next one; NULL if there is none */
};

/* Read the next item; false at the end. Long options may be cut short to what is the beginning of only one. */
bool option_reader_next(struct option_reader *reader, struct option_item *item);

/* The one that @word is, or begins, and its value if that is in the same word; else NULL. */
const struct option_row *option_reader_find(const char *word, option_scopes scopes, const char **value);

/*
 * Parse what follows the verb. @scopes: the options the verb has. USAGE for anything else, with the closest option.
 * The caller releases @options also on failure.
 */
bool option_reader_parse(struct options *options, int count, char **words, option_scopes scopes, struct error *error);

#endif
