/*
 * A verb of the command line, as the table of all verbs has it: for the parser, help, completion and manual pages.
 */
#ifndef BATCHCTL_VERB_H
#define BATCHCTL_VERB_H

#include "cli/options.h"

struct verb {
    const char *name;
    const char *arguments; /* for the usage line */
    const char *summary;   /* one line */
    const char *details;   /* more lines of help, or NULL */
    const char *examples;  /* one a line, each a command and what it does */
    option_scopes scopes;  /* of the options it takes */
    /* Returns the exit status. */
    int (*run)(const struct verb *verb, struct options *options);
};

#endif
