/*
 * The verbs of a review: submit, approve, reject, skip, reopen, adopt.
 */
#ifndef BATCHCTL_REVIEW_COMMAND_H
#define BATCHCTL_REVIEW_COMMAND_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "cli/command.h"
#include "cli/options.h"
#include "cli/verb.h"

/* What -F names becomes the message of the request; it is in @text, which the caller releases. */
bool review_command_read_message(struct options *options, struct buffer *text, struct error *error);

int review_command_run(const struct verb *verb, struct options *options);
int review_command_adopt(const struct verb *verb, struct options *options);

#endif
