/*
 * The methods about batches: making them, taking them back, and looking them up.
 */
#ifndef BATCHD_CHANGE_H
#define BATCHD_CHANGE_H

#include "handling.h"
#include "record.h"
#include "undo.h"

void change_create(struct handling *handling);
void change_retry(struct handling *handling);
void change_undo(struct handling *handling);
void change_history(struct handling *handling);
void change_batch(struct handling *handling);

/* The data of create, from what was recorded of it: without sources and what was skipped, which are not recorded. */
void change_write_record(struct writer *writer, const struct record *record);
/* The error of a batch of which some files could not be created. */
void change_set_partial(const struct record *record, struct error *error);
/* The data of undo. */
void change_write_undo(struct writer *writer, const struct undo *undo, bool is_dry_run);

#endif
