/*
 * The commands: the function of each verb, and what verbs have in common with each other. A verb's function runs it
 * with its options and returns the exit status; commands/FILE has those below its name.
 */
#ifndef BATCHCTL_COMMANDS_H
#define BATCHCTL_COMMANDS_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/options.h"
#include "cli/verb.h"

/* read: they ask about plans and batches, and change nothing. */
int read_status(const struct verb *verb, struct options *options);
int read_next(const struct verb *verb, struct options *options);
int read_graph(const struct verb *verb, struct options *options);
int read_achievements(const struct verb *verb, struct options *options); /* show, why */
int read_show(const struct verb *verb, struct options *options);
int read_what_if(const struct verb *verb, struct options *options);
int read_validate(const struct verb *verb, struct options *options);

/* live_reply: the reply to the request of the options again at each change, as by "status --watch". */
int live_reply_run(const struct verb *verb, struct options *options);

/* graph_file: what graph would print, to the file of --output where it has changed; with --follow at each change. */
int graph_file_run(const struct verb *verb, struct options *options);

/* write: preview, confirmation and the deed, for a request that is complete but for these. */
int write_run(const struct verb *verb, struct options *options);
int write_retry(const struct verb *verb, struct options *options);
int write_init(const struct verb *verb, struct options *options);
int write_import(const struct verb *verb, struct options *options);
int write_undo(const struct verb *verb, struct options *options);

/* review_command: submit, approve, reject, skip, reopen, adopt. */
int review_command_run(const struct verb *verb, struct options *options);
int review_command_adopt(const struct verb *verb, struct options *options);
/* What -F names becomes the message of the request; it is in @text, which the caller releases. */
bool review_command_read_message(struct options *options, struct buffer *text, struct error *error);

/* claim_command: this process does it all, with or without a daemon. */
int claim_command_take(const struct verb *verb, struct options *options);
int claim_command_next(const struct verb *verb, struct options *options);
int claim_command_heartbeat(const struct verb *verb, struct options *options);
int claim_command_release(const struct verb *verb, struct options *options);
int claim_command_list(const struct verb *verb, struct options *options);

/* prompts_command: prompts to standard output, or to separate files. */
int prompts_command_run(const struct verb *verb, struct options *options);

/* watch, wait */
int watch_run(const struct verb *verb, struct options *options);
int wait_run(const struct verb *verb, struct options *options);

/* daemon_command, and daemon_install: "daemon install" and "daemon uninstall" */
int daemon_command_run(const struct verb *verb, struct options *options);
int daemon_install_run(const struct verb *verb, struct options *options);

/* team_command: let a workspace share its claims by a server, and what that server is. */
int team_command_run(const struct verb *verb, struct options *options);

/* doctor_command */
int doctor_command_run(const struct verb *verb, struct options *options);

/* config_command: about this program. */
int config_command_run(const struct verb *verb, struct options *options);
int config_command_version(const struct verb *verb, struct options *options);

/*
 * completion: the scripts that tell bash, zsh and fish to ask us, or with "words" the candidates for the last word
 * behind "--".
 */
int completion_run(const struct verb *verb, struct options *options);

/* help */
int help_run(const struct verb *verb, struct options *options);
/* Help about @verb, as by its option --help. */
int help_show_verb(const struct verb *verb, const struct options *options);
/* The overview of @table, the table of verbs, on standard error. */
void help_print_usage(const struct verb *table);

#endif
