/*
 * What people read about the plans of a workspace: one in full, of many a line each, those with work first. Plans
 * without parallel.json and complete ones are only counted, unless verbose.
 */
#ifndef BATCHD_PLANS_TEXT_H
#define BATCHD_PLANS_TEXT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "render/style.h"

/* Each appends the text for the data of one kind of answer. */
void plans_text_status(struct buffer *text, const cJSON *data, const struct style *style);
void plans_text_next(struct buffer *text, const cJSON *data, const struct style *style);

#endif
