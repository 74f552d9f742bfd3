/*
 * The verb prompt: prompts, from the data of an answer, to standard output or to separate files.
 */
#ifndef BATCHCTL_PROMPTS_COMMAND_H
#define BATCHCTL_PROMPTS_COMMAND_H

#include "base/buffer.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

int prompts_command_run(const struct verb *verb, struct options *options);

/* What was selected and gives no prompt; that there is none. */
void prompts_command_append_notes(struct buffer *text, const cJSON *data);

#endif
