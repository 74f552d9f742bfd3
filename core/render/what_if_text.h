/*
 * The text of what-if, from the answer's data: what has to be done first, what would be ready then, and what is left.
 */
#ifndef BATCHD_WHAT_IF_TEXT_H
#define BATCHD_WHAT_IF_TEXT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "render/style.h"
#include "render/styled_text.h"

void what_if_text_append(struct buffer *text, const cJSON *data, const struct style *style);

#endif
