/*
 * What people read about an undo.
 */
#ifndef BATCHD_UNDO_TEXT_H
#define BATCHD_UNDO_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct undo_view. */
void undo_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
