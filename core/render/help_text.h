/*
 * Help as text, in lines of 80 columns.
 */
#ifndef BATCHD_HELP_TEXT_H
#define BATCHD_HELP_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: struct help_view. */
void help_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
