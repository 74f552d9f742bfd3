/*
 * The text of a team: what the verb `team` answers, for people.
 */
#ifndef BATCHD_TEAM_TEXT_H
#define BATCHD_TEAM_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* @view: a struct team_view. */
void team_text_append(struct buffer *text, const void *view, const struct style *style);

#endif
