/*
 * The body of a task of Backlog.md: its sections, each with its home in a plan.
 */
#ifndef BATCHD_BACKLOG_BODY_H
#define BATCHD_BACKLOG_BODY_H

#include "base/buffer.h"
#include "import/outline.h"

/* Read the sections of @text into @item, without the marks around them. A final summary is the item's reason as well.
 */
void backlog_body_read(struct outline *outline, uint32_t item, struct span text);

#endif
