/*
 * The text of an event, for people: a line.
 */
#ifndef BATCHD_EVENT_TEXT_H
#define BATCHD_EVENT_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "view/event.h"

void event_text_append(struct buffer *text, const struct received_event *received, const struct style *style);

#endif
