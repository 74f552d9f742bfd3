/*
 * Views of recorded batches as JSON. For people see history_text.h.
 */
#ifndef BATCHD_HISTORY_JSON_H
#define BATCHD_HISTORY_JSON_H

#include "format/json_writer.h"

/* @view: a struct history_view, and a struct recorded_batch. */
void history_json_list(struct json_writer *writer, const void *view);
void history_json_batch(struct json_writer *writer, const void *view);

#endif
