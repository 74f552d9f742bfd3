/*
 * The fill prompt: fill in a SUBPLAN that is a placeholder or a draft.
 */
#ifndef BATCHD_FILL_PROMPT_H
#define BATCHD_FILL_PROMPT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"
#include "prompt/prompt_builder.h"

/* Append it for the achievement @position. INVALID if the template cannot be used; IO if a document cannot be read. */
bool fill_prompt_append(struct buffer *text, const struct prompt_builder *builder, size_t position,
                        struct error *error);

#endif
