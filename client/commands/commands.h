/*
 * The verbs of batchctl: one table, from which dispatch, help and "did you mean" come.
 */
#ifndef BATCHCTL_COMMANDS_H
#define BATCHCTL_COMMANDS_H

#include "api/answer.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "cli/options.h"
#include "render/styled_text.h"
#include "session/session.h"

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

/* Text for people, made from an answer's data. */
typedef void command_renderer(struct buffer *text, const cJSON *data, const struct style *style);

/* Start the session that @options ask for; @session is {0}, but for makes_root. */
bool command_open(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                  struct error *error);

/* The same for @verb; on failure the reasons have been shown and the exit status is in @status. */
bool command_start(struct session *session, const struct verb *verb, struct options *options, int *status);

/* Show the answer in the form that is asked for; returns the exit status. Releases @answer. */
int command_finish(struct answer *answer, const struct options *options, command_renderer *renderer);

/* Say that the command line is wrong, and how it is written; returns the exit status. */
int command_fail_usage(const struct verb *verb, const struct options *options, const char *message);

/* Say what went wrong, as JSON on standard output if @is_json; returns the exit status. Releases @error. */
int command_fail(struct error *error, const char *kind, bool is_json);

#endif
