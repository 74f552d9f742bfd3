/*
 * A command: a verb with its options, from the session that it begins to the answer that is shown, and its exit status.
 */
#ifndef BATCHCTL_COMMAND_H
#define BATCHCTL_COMMAND_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/request.h"
#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "cli/options.h"
#include "format/json.h"
#include "render/style.h"
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

/* The verb of that name in a table that ends with a NULL name; NULL if it has none. */
const struct verb *command_find_verb(const struct verb *table, const char *name);

/* The plan as an argument, or with --plan. False if there are too many arguments. */
bool command_take_plan(const struct options *options, const char **plan);

/* Text for people, made from an answer's data. */
typedef void command_renderer(struct buffer *text, const cJSON *data, const struct style *style);

/* Start the session that @options ask for; @session is {0}, but for makes_root. */
bool command_open(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                  struct error *error);

/* The same for @verb; on failure the reasons have been shown and the exit status is in @status. */
bool command_start(struct session *session, const struct verb *verb, struct options *options, int *status);

/* So that paths can be printed as they open from here; once, as a menu that cannot be shown starts another command. */
void command_note_place(struct options *options, const struct session *session);

/* Start a session, ask and finish; returns the exit status. */
int command_ask(const struct verb *verb, struct options *options, struct request *request, command_renderer *renderer);

/* The answer's data, if it has any. The caller releases @json. Data that cannot be read is a bug of ours. */
bool command_read_data(const struct answer *answer, struct json *json);

/* Show the answer as text for people. */
void command_show(const struct answer *answer, const struct options *options, command_renderer *renderer);

/* Show the answer in the form that is asked for; returns the exit status. Releases @answer. */
int command_finish(struct answer *answer, const struct options *options, command_renderer *renderer);

/* Say that the command line is wrong, and how it is written; returns the exit status. */
int command_fail_usage(const struct verb *verb, const struct options *options, const char *message);

/* Say what went wrong, as JSON on standard output if @is_json; returns the exit status. Releases @error. */
int command_fail(struct error *error, const char *kind, bool is_json);

#endif
