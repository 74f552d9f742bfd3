/*
 * What people read about one plan: status, next and validate. For many plans see plans_text.h.
 */
#ifndef BATCHD_PLAN_TEXT_H
#define BATCHD_PLAN_TEXT_H

#include "base/buffer.h"
#include "plan/next_command.h"
#include "render/style.h"
#include "view/plan_view.h"

/* Append what status and next say of one plan that is shown in full. */
void plan_text_status_of_one(struct buffer *text, const struct plan_view *plan, const struct style *style);
void plan_text_next_of_one(struct buffer *text, const struct plan_view *plan, const struct style *style);
/* @view: a struct plan_list. */
void plan_text_validate(struct buffer *text, const void *view, const struct style *style);

/* The line that says that nothing is listed. */
void plan_text_nothing(struct buffer *text, const struct plan_view *plan);
/* "Next: COMMAND" and why. */
void plan_text_advice(struct buffer *text, const struct next_command *next, const struct style *style);

/* Is it not even known which achievements the plan has? */
bool plan_text_is_unknown(const struct plan_view *plan);

#endif
