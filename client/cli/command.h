/*
 * A command: a verb with its options, from the session that it begins to the reply that is printed, and its exit
 * status.
 */
#ifndef BATCHCTL_COMMAND_H
#define BATCHCTL_COMMAND_H

#include <stdbool.h>

#include "api/answer.h"
#include "api/reply.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "cli/options.h"
#include "cli/verb.h"
#include "render/style.h"
#include "session/session.h"
#include "view/program_view.h"

/* The verb of that name in a table that ends with a NULL name; NULL if it has none. */
const struct verb *command_find_verb(const struct verb *table, const char *name);

/*
 * Run the verb, with its name and, if it has SCOPE_ONE_PLAN, the plan in the request of the options; returns the exit
 * status.
 */
int command_run(const struct verb *verb, struct options *options);

/* The plan of the request: an argument, or --plan. False if there are too many of them. */
bool command_take_plan(struct options *options);

/* Start the session that @options ask for; @session is {0}, but for makes_root. */
bool command_open(struct session *session, const struct options *options, struct diagnostics *diagnostics,
                  struct error *error);

/* The same for @verb; on failure the reasons have been shown and the exit status is in @status. */
bool command_start(struct session *session, const struct verb *verb, struct options *options, int *status);

/*
 * Take from the session what the style needs: paths, as they open from here, and [client] ascii. Once, as a menu that
 * cannot be shown starts another command.
 */
void command_note_place(struct options *options, const struct session *session);

/* How the options want a reply to look; its paths are right once a session has begun. */
struct style command_style(const struct options *options);

/* Start a session, send the request of the options, print the reply; returns the exit status. */
int command_ask(const struct verb *verb, struct options *options);

/* Is a person there to ask? Not where the answer is JSON. */
bool command_can_ask(const struct options *options);

/* Ask for confirmation. DECLINED, also where it cannot be asked for. */
bool command_confirm(const struct options *options, const char *question, struct error *error);

/* Write a reply to standard output and standard error. */
void command_print(const struct reply *reply, const struct options *options);

/*
 * Print a reply; returns the exit status. @done is what was done to reply->count files, such as "created", which is
 * named if it cannot be printed; NULL if nothing was. Releases @reply.
 */
int command_finish_reply(struct reply *reply, const struct options *options, const char *done);

/* The same for an answer that this program has made. Releases @answer. */
int command_finish(struct answer *answer, const struct options *options);

/* The same for a view of the answer @kind. */
int command_finish_view(const char *kind, const struct answer_type *type, const void *view,
                        const struct options *options);

/* The same for a text of this program to use as it is, such as a script. */
int command_finish_verbatim(const char *kind, const struct verbatim_view *text, const struct options *options);

/* The same as command_finish after @deed, which is named if the answer cannot be printed; NULL or "" if nothing was
 * done. */
int command_finish_deed(struct answer *answer, const struct options *options, const char *deed);

/* Say that the command line is wrong, and how it is written; returns the exit status. */
int command_fail_usage(const struct verb *verb, const struct options *options, const char *message);

/* Say what went wrong, as JSON on standard output if @is_json; returns the exit status. Releases @error. */
int command_fail(struct error *error, const char *kind, bool is_json);

#endif
