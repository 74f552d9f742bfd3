/*
 * The review prompt: judge the work of an achievement that has an EXECUTION_TASK.
 */
#ifndef BATCHD_REVIEW_PROMPT_H
#define BATCHD_REVIEW_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "prompt/prompt_builder.h"

/* Append it for the achievement @position. INVALID if the template cannot be used; IO if a document cannot be read. */
bool review_prompt_append(struct buffer *text, const struct prompt_builder *builder, size_t position,
                          struct error *error);

#endif
