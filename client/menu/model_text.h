/*
 * Texts about the menu model.
 */
#ifndef BATCHCTL_MODEL_TEXT_H
#define BATCHCTL_MODEL_TEXT_H

#include "base/buffer.h"
#include "menu/menu_model.h"
#include "render/style.h"

/* Append what has changed from @old, in one line; nothing if nothing has. */
void model_text_append_changes(struct buffer *text, const struct menu_model *old, const struct menu_model *model);

/* Append what can run side by side now, as a text for people. */
void model_text_append_parallel(struct buffer *text, const struct menu_model *model, const struct style *style);

#endif
