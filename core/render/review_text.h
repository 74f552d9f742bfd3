/*
 * The answers to the verbs of a review, as text for people.
 */
#ifndef BATCHD_REVIEW_TEXT_H
#define BATCHD_REVIEW_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct batch_view of a review. Append what it writes, or has written. */
void review_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
