/*
 * A program's answers about itself, as text.
 */
#ifndef BATCHD_PROGRAM_TEXT_H
#define BATCHD_PROGRAM_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: struct version_view. */
void program_text_version(struct buffer *text, const void *view, const struct style *style);

/* The text alone. @view: struct verbatim_view. */
void program_text_verbatim(struct buffer *text, const void *view, const struct style *style);

#endif
