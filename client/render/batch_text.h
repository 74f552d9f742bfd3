/*
 * Receipts: what people read about batches, from the data of the answers to create, retry, undo, history and batch.
 */
#ifndef BATCHCTL_BATCH_TEXT_H
#define BATCHCTL_BATCH_TEXT_H

#include "base/buffer.h"
#include "render/styled_text.h"

void receipt_create(struct buffer *text, const cJSON *data, const struct style *style); /* and retry */
/* The list of files, and their text if that is wanted: of any answer with "files". */
void receipt_files(struct buffer *text, const cJSON *data, const struct style *style);
void receipt_undo(struct buffer *text, const cJSON *data, const struct style *style);
void receipt_batch(struct buffer *text, const cJSON *data, const struct style *style);
void receipt_history(struct buffer *text, const cJSON *data, const struct style *style);

#endif
