/*
 * What people read about what-if: what would change in a plan.
 */
#ifndef BATCHD_WHAT_IF_TEXT_H
#define BATCHD_WHAT_IF_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct what_if_view. */
void what_if_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
