/*
 * The state of a recorded batch: what of it has been undone, and which of its files are still as it wrote them.
 */
#ifndef BATCHD_RECORD_STATE_H
#define BATCHD_RECORD_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "batch/record.h"
#include "disk/files.h"
#include "disk/state_dir.h"

/* The committed batch @number, is_undone and is_partly_undone included. */
bool record_read_batch(const struct state_dir *state, uint64_t number, struct record *record, struct error *error);
/* Has an undo of the batch been begun, and not finished? */
bool record_is_being_undone(const struct state_dir *state, uint64_t number);

enum record_state { RECORD_AS_WRITTEN, RECORD_REPLACED, RECORD_CHANGED, RECORD_GONE };

/*
 * Is the file still the batch's: a regular one with the content it was given, and the very one that was staged?
 * REPLACED: another file with that content. Another file, folder or link of the name is CHANGED. False only if that
 * is unknown.
 */
bool record_look(const struct files *files, const struct record_file *file, enum record_state *state,
                 struct error *error);

#endif
