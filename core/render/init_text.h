/*
 * The text of init and import: what people read about a plan that is founded.
 */
#ifndef BATCHD_INIT_TEXT_H
#define BATCHD_INIT_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* Append the text for an answer of init or import. */
void init_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
