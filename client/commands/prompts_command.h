/*
 * Delivery: prompts, from the data of an answer, to standard output or to separate files.
 */
#ifndef BATCHCTL_PROMPTS_COMMAND_H
#define BATCHCTL_PROMPTS_COMMAND_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "render/styled_text.h"

/* The prompts themselves; if there are several, each behind a comment that names it. */
void prompts_command_print(struct buffer *text, const cJSON *data, const struct style *style);
/* The names of the files that were written. */
void prompts_command_list(struct buffer *text, const cJSON *data, const struct style *style);

/* What was selected and gives no prompt; that there is none. */
void prompts_command_append_notes(struct buffer *text, const cJSON *data);

/*
 * Write each prompt to a file in @folder, which is made if only it is missing. All of them or none:
 *   CONFLICT   a file is there already; nothing is replaced
 *   NOT_FOUND  the folder's own parent is missing
 *   IO         cannot be written
 */
bool prompts_command_write(const cJSON *data, const char *folder, struct error *error);

#endif
