/*
 * The settings for people and scripts, each @view a struct settings_view.
 */
#ifndef BATCHD_SETTINGS_TEXT_H
#define BATCHD_SETTINGS_TEXT_H

#include "base/buffer.h"
#include "render/style.h"

/* All of them, each with its origin. */
void settings_text_append(struct buffer *text, const void *view, const struct style *style);
/* The value of one alone, and the path of the user's own file. */
void settings_text_value(struct buffer *text, const void *view, const struct style *style);
void settings_text_path(struct buffer *text, const void *view, const struct style *style);

#endif
