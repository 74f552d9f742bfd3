/*
 * What people read about one achievement: show, why, and what it needs.
 */
#ifndef BATCHD_ACHIEVEMENT_TEXT_H
#define BATCHD_ACHIEVEMENT_TEXT_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "render/style.h"
#include "view/achievement_item.h"
#include "view/achievement_view.h"

/* @view: a struct achievement_view. */
void achievement_text_show(struct buffer *text, const void *view, const struct style *style);
void achievement_text_why(struct buffer *text, const void *view, const struct style *style);

/* "ready: create its EXECUTION_TASK", or what it needs and what is in its way. */
void achievement_text_need(struct buffer *text, const struct achievement_item *item);
/* Who works on it, or "create its EXECUTION_TASK", and who has finished that elsewhere. */
void achievement_text_work(struct buffer *text, const struct achievement_item *item);
/* "◐ placeholder" */
const char *achievement_text_state(struct arena *arena, const struct achievement_item *item, const struct style *style);
/* "3.1, 3.2 and 4 more" */
void achievement_text_ids(struct buffer *text, const struct ids *ids, size_t most);

#endif
