/*
 * The text of batches: what people read about batches, from the data of the answers to create, retry and undo.
 */
#ifndef BATCHD_BATCH_TEXT_H
#define BATCHD_BATCH_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "render/styled_text.h"

void batch_text_create(struct buffer *text, const cJSON *data, const struct style *style); /* and retry */
/* The key of the files of a batch, of any answer with "created": that, or in a preview "files". */
const char *batch_text_list(const cJSON *data);
/* The list of these, and their text if that is wanted. */
void batch_text_files(struct buffer *text, const cJSON *data, const struct style *style);
/* The list of what was skipped, of any answer with "skipped". */
void batch_text_skipped(struct buffer *text, const cJSON *data, const struct style *style);
void batch_text_undo(struct buffer *text, const cJSON *data, const struct style *style);

/* The words for the name of a kind. One that a newer version has written is called what that calls it. */
const char *batch_text_kind(const char *kind);
/* A line about a file that could not be created. */
void batch_text_failure(struct buffer *text, const char *path, const char *reason, const struct style *style);

#endif
