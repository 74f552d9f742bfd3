/*
 * What people read about the plans of a workspace: one in full, of many a line each, those with work first. Plans
 * without parallel.json and complete ones are only counted, unless verbose.
 */
#ifndef BATCHD_PLANS_TEXT_H
#define BATCHD_PLANS_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "view/plan_view.h"

/* @view: a struct plan_list. */
void plans_text_status(struct buffer *text, const void *view, const struct style *style);
void plans_text_next(struct buffer *text, const void *view, const struct style *style);

#endif
