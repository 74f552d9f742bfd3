/*
 * The data of an answer about a batch: JSON from the batch, from what was recorded of it, or from an undo.
 */
#ifndef BATCHD_BATCH_ANSWER_H
#define BATCHD_BATCH_ANSWER_H

#include <stdbool.h>

#include "api/request.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "batch/undo.h"
#include "format/json_writer.h"

/* The data of create. @committed: what was recorded, or NULL. */
void batch_answer_write_creation(struct json_writer *writer, const struct request *request, const struct batch *batch,
                                 const struct record *committed);
/* The same, from what was recorded of it: without sources and what was skipped, which are not recorded. */
void batch_answer_write_record(struct json_writer *writer, const struct record *record);
/* The data of undo. */
void batch_answer_write_undo(struct json_writer *writer, const struct undo *undo, bool is_dry_run);

/* The same, from the record of the undo of @batch. */
void batch_answer_write_undone(struct json_writer *writer, const struct record *batch, const struct record *undone);

/* Members that these have in common with other answers. Which batch it is, with the token of a preview: */
void batch_answer_write_head(struct json_writer *writer, const struct request *request, const struct batch *batch);
void batch_answer_write_recorded_head(struct json_writer *writer, const struct record *record);
/*
 * "sources" and "files", which a preview has; afterwards they are empty, but for the files if their text is asked for.
 * @request and @batch are NULL for an answer from a record.
 */
void batch_answer_write_preview(struct json_writer *writer, const struct request *request, const struct batch *batch);
/* "created"; @committed may be NULL. */
void batch_answer_write_created(struct json_writer *writer, const struct record *committed);
/* "batch": its number, null if nothing was recorded. */
void batch_answer_write_number(struct json_writer *writer, const struct record *committed);
/* An item of "failed" or "skipped". */
void batch_answer_write_failure(struct json_writer *writer, const char *id, const char *path, const char *reason);

#endif
