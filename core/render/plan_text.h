/*
 * What people read about plans: text from an answer. It uses nothing but the answer, so an answer from anywhere looks
 * the same.
 */
#ifndef BATCHD_PLAN_TEXT_H
#define BATCHD_PLAN_TEXT_H

#include <cjson/cJSON.h>

#include "base/buffer.h"
#include "render/style.h"
#include "render/styled_text.h"

/* Each appends the text for the data of one kind of answer. */
void plan_text_show(struct buffer *text, const cJSON *data, const struct style *style);
void plan_text_why(struct buffer *text, const cJSON *data, const struct style *style);
void plan_text_validate(struct buffer *text, const cJSON *data, const struct style *style);

/* Of one of the plans of an answer to status, and to next. */
void plan_text_status_of_one(struct buffer *text, const cJSON *plan, const struct style *style);
void plan_text_next_of_one(struct buffer *text, const cJSON *plan, const struct style *style);

/* Is not all listed, but what was asked for? And the line that says that nothing is. */
bool plan_text_is_filtered(const cJSON *plan);
void plan_text_nothing(struct buffer *text, const cJSON *plan);

/* "Next: COMMAND" and why, of an answer that has them. */
void plan_text_advice(struct buffer *text, const cJSON *data, const struct style *style);
/* What an achievement needs, after what is in its way. */
void plan_text_need(struct buffer *text, const cJSON *achievement);

#endif
