/*
 * The answers to the verbs of a review, as text for people.
 */
#ifndef BATCHD_REVIEW_TEXT_H
#define BATCHD_REVIEW_TEXT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "render/style.h"

void review_text_show(struct buffer *text, const cJSON *data, const struct style *style);

#endif
