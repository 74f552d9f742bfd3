/*
 * Prompts as JSON. For people see prompt_text.h.
 */
#ifndef BATCHD_PROMPT_JSON_H
#define BATCHD_PROMPT_JSON_H

#include "format/json_writer.h"

/* @view: a struct prompt_view. Without the texts once they are delivered. */
void prompt_json_write(struct json_writer *writer, const void *view);

#endif
