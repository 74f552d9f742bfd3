/*
 * Batches as JSON, for programs. For people see batch_text.h, init_text.h and review_text.h.
 */
#ifndef BATCHD_BATCH_JSON_H
#define BATCHD_BATCH_JSON_H

#include "format/json_writer.h"

/* @view: a struct batch_view; of create, retry and the verbs of a review, and of init and import. */
void batch_json_create(struct json_writer *writer, const void *view);
void batch_json_init(struct json_writer *writer, const void *view);
/* @view: a struct undo_view. */
void batch_json_undo(struct json_writer *writer, const void *view);

#endif
