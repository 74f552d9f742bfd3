/*
 * The view of `daemon` for people.
 */
#ifndef BATCHD_DAEMON_TEXT_H
#define BATCHD_DAEMON_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct daemon_view. */
void daemon_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
