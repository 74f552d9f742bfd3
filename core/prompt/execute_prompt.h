/*
 * The execute prompt: carry out an EXECUTION_TASK, with what to read for it and how to finish.
 */
#ifndef BATCHD_EXECUTE_PROMPT_H
#define BATCHD_EXECUTE_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "plan/dependency_file.h"
#include "plan/standing.h"
#include "prompt/prompt_builder.h"

/*
 * Append it for the EXECUTION_TASK @task of the achievement @position; @part: of a split one, the part it is for, or
 * NULL. INVALID if the template cannot be used; IO if a document cannot be read.
 */
bool execute_prompt_append(struct buffer *text, const struct prompt_builder *builder, size_t position,
                           const struct execution *task, const struct sub_execution *part, struct error *error);

#endif
