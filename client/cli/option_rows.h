/*
 * The rows of the table of options, which the parser, help and completion share.
 */
#ifndef BATCHCTL_OPTION_ROWS_H
#define BATCHCTL_OPTION_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "cli/options.h"

struct option_row;

/* An option as it was given. */
struct option_given {
    struct options *options;
    const struct option_row *row;
    const char *value;   /* "" if it has none */
    struct error *error; /* for its parser */
};

/* Stores the value. False if it is not what the row needs; given->error may say so in other words. */
typedef bool option_parser(const struct option_given *given);

struct option_row {
    const char *name;  /* without the dashes */
    char letter;       /* or 0 */
    const char *value; /* what it takes, such as "DIR", for help and completion; NULL if nothing. "[=DIR]" if it can be
                          left out: then it is in the same word */
    option_scopes scope;
    const char *meaning;
    option_parser *parse;
    size_t offset;              /* in struct options: where the value is stored */
    const char *needs;          /* what the value has to be: "a number from 1" */
    const char *const *choices; /* the words that the value is one of, ending with NULL; NULL if it can be any */
    int constant;               /* what an option without a value stores */
    enum option_group group;
};
extern const struct option_row option_rows[]; /* ends with a NULL name */
enum { OPTION_ROWS_MOST = 100 };

/* Must the option have a value? Then that may be the next word. */
bool option_rows_need_value(const struct option_row *row);

#endif
