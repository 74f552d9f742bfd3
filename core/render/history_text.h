/*
 * The text of the history: what people read about recorded batches, and about one of them.
 */
#ifndef BATCHD_HISTORY_TEXT_H
#define BATCHD_HISTORY_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct history_view, and a struct recorded_batch. */
void history_text_list(struct buffer *text, const void *view, const struct style *style);
void history_text_batch(struct buffer *text, const void *view, const struct style *style);

#endif
