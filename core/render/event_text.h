/*
 * The text of an event, for people: a line.
 */
#ifndef BATCHD_EVENT_TEXT_H
#define BATCHD_EVENT_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "view/event.h"

/* @type and @time: as they were sent, which a newer daemon may have more of than this program knows. */
void event_text_append(struct buffer *text, const struct event *event, const char *type, const char *time,
                       const struct style *style);

#endif
