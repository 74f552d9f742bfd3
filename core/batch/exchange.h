/*
 * Exchange: the step of a batch that replaces a file. The new one is staged, and the two exchange their names. What
 * came out is compared with what the batch was made of. If it is something else, another process was faster: they are
 * exchanged back. The file that was replaced is kept beside the record, and undo puts it back.
 *
 * The batch has one file. What to do is decided by looking at the files alone, so recovery takes the same steps.
 */
#ifndef BATCHD_EXCHANGE_H
#define BATCHD_EXCHANGE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/record.h"
#include "disk/state_dir.h"

/* Write the new file, with the group and mode of the one it replaces, and note its inode in @record. IO. */
bool exchange_stage(const struct state_dir *state, struct record *record, struct span content, struct error *error);

/* Exchange the names. STALE if the old file is gone; IO if the file system cannot do it: nothing has happened then. */
bool exchange_names(const struct state_dir *state, const struct record *record, struct error *error);

/*
 * Look at what came out, and keep it or exchange it back, as far as that has not happened. @is_replaced: the new file
 * is in its place, the old one is kept, and both are durable. IO.
 */
bool exchange_settle(const struct state_dir *state, const struct record *record, bool *is_replaced,
                     struct error *error);

/* Remove the folder in the stage, which is empty once the file is replaced. IO. */
bool exchange_clear(const struct state_dir *state, const struct record *record, struct error *error);

/* Is the old file kept as it was? False in @is_kept if it is not; IO. */
bool exchange_look(const struct state_dir *state, const struct record *record, bool *is_kept, struct error *error);

/*
 * Put the old file back, if the present one is as it was written; any other stays. With @cause it is added to
 * @recovered as journal.recovered. IO.
 */
bool exchange_undo(const struct state_dir *state, const struct record *record, const char *cause,
                   struct diagnostics *recovered, struct error *error);

#endif
