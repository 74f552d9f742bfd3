/*
 * The methods about batches: making them, taking them back, and looking them up.
 */
#ifndef BATCHD_TRANSACTION_H
#define BATCHD_TRANSACTION_H

#include "api/context.h"
#include "api/request.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "batch/undo.h"
#include "format/json_writer.h"

/* One batch that a request asks for. The same steps, whatever it is made of. */
struct transaction {
    const void *subject;
    /* Make the batch as things are now, without its token. Called again under the lock. */
    bool (*make)(struct context *context, const void *subject, struct batch *batch, struct error *error);
    /* Write the answer's data, which is empty. @committed: what was recorded, NULL for a preview or when nothing was.
     */
    void (*write)(struct context *context, const struct batch *batch, const struct record *committed);
};

/* Preview it, or make and apply it, as the request says. Releases @error, which is not set. */
void transaction_run(struct context *context, const struct transaction *change, struct error *error);

/* The data of create, and of a review. */
void transaction_write_creation(struct context *context, const struct batch *batch, const struct record *committed);

/* The members of an answer about a batch: which it is, "sources", "files" and "created"; @committed may be NULL. */
void transaction_write_head(struct json_writer *writer, const struct request *request, const struct batch *batch);
void transaction_write_sources(struct json_writer *writer, const struct batch *batch);
void transaction_write_files(struct json_writer *writer, const struct batch *batch, bool has_content);
void transaction_write_recorded_files(struct json_writer *writer,
                                      const struct record *record); /* "files", without content */
void transaction_write_created(struct json_writer *writer, const struct record *committed);

void transaction_create(struct context *context);
void transaction_retry(struct context *context);
void transaction_undo(struct context *context);
void transaction_history(struct context *context);
void transaction_batch(struct context *context);

/* The data of create, from what was recorded of it: without sources and what was skipped, which are not recorded. */
void transaction_write_record(struct json_writer *writer, const struct record *record);
/* The error of a batch with files that could not be created. */
void transaction_set_partial(const struct record *record, struct error *error);
/* The data of undo. */
void transaction_write_undo(struct json_writer *writer, const struct undo *undo, bool is_dry_run);

#endif
