/*
 * The text of batches: what people read about create and retry, and the parts of it that other verbs share.
 */
#ifndef BATCHD_BATCH_TEXT_H
#define BATCHD_BATCH_TEXT_H

#include "base/buffer.h"
#include "render/style.h"
#include "view/batch_view.h"

/* @view: a struct batch_view. */
void batch_text_create(struct buffer *text, const void *view, const struct style *style);

/* The list of the files, and their text if that is wanted. */
void batch_text_files(struct buffer *text, const struct batch_view *batch, const struct style *style);
void batch_text_skipped(struct buffer *text, const struct batch_view *batch, const struct style *style);
/* The number of the batch once it is applied; before, the token if that is wanted. */
void batch_text_end(struct buffer *text, const struct batch_view *batch, const struct style *style);

/* The words for the name of a kind. One that a newer version has written is called what that calls it. */
const char *batch_text_kind(const char *kind);
/* A line about a file that could not be created. */
void batch_text_failure(struct buffer *text, const char *path, const char *reason, const struct style *style);

#endif
