/*
 * Rolling back: removing what a batch that is not committed has left, and only that. See journal.h for the order of its
 * steps, and record.h for where they leave files.
 */
#ifndef BATCHD_ROLLBACK_H
#define BATCHD_ROLLBACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/record.h"
#include "disk/state_dir.h"

/*
 * Remove one published file if it is the batch's, by inode and content, or give it its name from before if the batch
 * has renamed it; any other stays. With @cause, each removed file
 * is added to @recovered as journal.recovered. IO.
 */
bool rollback_file(const struct state_dir *state, const struct record_file *file, const char *cause,
                   struct diagnostics *recovered, struct error *error);

/* Remove what the batch has in the stage. What can never be cleared is added to @recovered as journal.stuck. IO. */
bool rollback_clear_staged(const struct state_dir *state, uint64_t number, struct diagnostics *recovered,
                           struct error *error);

/* Add @path to @recovered as journal.stuck, because of @error, which is released. */
void rollback_note_stuck(struct diagnostics *recovered, const char *path, struct error *error);

/*
 * Remove everything of an uncommitted batch: the first @tried_count files, what is staged, the folders that are empty
 * then, and last the pending record. @cause and @recovered as above. IO.
 */
bool rollback_batch(const struct state_dir *state, struct record *record, size_t tried_count, const char *cause,
                    struct diagnostics *recovered, struct error *error);

/* The record of a batch that is committed, but not durable, becomes pending again. IO. */
bool rollback_commit(const struct state_dir *state, uint64_t number, struct error *error);

#endif
