/*
 * Prompts as they are printed.
 */
#ifndef BATCHD_PROMPT_TEXT_H
#define BATCHD_PROMPT_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/*
 * The prompts themselves; if there are several, each behind a comment that names it. Once they are delivered, the names
 * of their files. @view: a struct prompt_view.
 */
void prompt_text_append(struct buffer *text, const void *view, const struct style *style);

/* What gives no prompt, and why; or that there is nothing to do. For standard error, beside the prompts. */
void prompt_text_append_notes(struct buffer *text, const void *view);

#endif
