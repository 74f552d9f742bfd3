/*
 * A wait as text: the plan and the reason.
 */
#ifndef BATCHD_WAIT_TEXT_H
#define BATCHD_WAIT_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: struct wait_view. */
void wait_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
