/*
 * The text of init and import: what people read about a plan that is founded.
 */
#ifndef BATCHD_INIT_TEXT_H
#define BATCHD_INIT_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "render/styled_text.h"

/* Append the text for an answer of init or import. */
void init_text_plan(struct buffer *text, const cJSON *data, const struct style *style);

#endif
