/*
 * What people read about many plans at once: a line a plan, those with work first. Plans without parallel.json and
 * complete ones are only counted, unless verbose.
 */
#ifndef BATCHD_PLANS_TEXT_H
#define BATCHD_PLANS_TEXT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "render/style.h"

/* @plans: the first of an answer's plans, of which there are several. */
void plans_text_status(struct buffer *text, const cJSON *plans, const struct style *style);
void plans_text_next(struct buffer *text, const cJSON *plans, const struct style *style);

#endif
