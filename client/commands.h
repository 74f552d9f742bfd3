/*
 * The verbs of batchctl: one table, from which dispatch, help and "did you mean" come.
 */
#ifndef BATCHCTL_COMMANDS_H
#define BATCHCTL_COMMANDS_H

#include "options.h"

struct verb {
    const char *name;
    const char *arguments; /* for the usage line */
    const char *summary;   /* one line */
    const char *details;   /* more lines of help, or NULL */
    const char *examples;  /* one a line, each a command and what it does */
    int scopes;            /* of the options it takes */
    /* Returns the exit status. */
    int (*run)(const struct verb *verb, struct options *options);
};

extern const struct verb verbs[]; /* ends with a NULL name */

/* The verb of that name, or NULL. */
const struct verb *verb_find(const char *name);

/* Say what went wrong, as JSON on standard output if @is_json; returns the exit status. Releases @error. */
int command_fail(struct error *error, const char *kind, bool is_json);

#endif
