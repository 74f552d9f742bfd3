/*
 * Recovery: what is left of batches and undos that died is rolled back or finished. See journal.h; the caller holds the
 * lock of the journal.
 */
#ifndef BATCHD_JOURNAL_RECOVERY_H
#define BATCHD_JOURNAL_RECOVERY_H

#include <stdbool.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/record.h"
#include "disk/state_dir.h"

/*
 * Recover everything that is pending or staged. @recovered gets journal.recovered and journal.stuck, see journal.h;
 * @is_empty says that nothing was there. IO if a batch cannot be rolled back: its published files would pass for the
 * user's.
 */
bool journal_recovery_run(const struct state_dir *state, struct diagnostics *recovered, bool *is_empty,
                          struct error *error);

/* Commit an exchange that has happened, whose pending record is @record. IO. */
bool journal_recovery_finish_exchange(const struct state_dir *state, const struct record *record, struct error *error);

/*
 * Remove the files that @record, the pending one of an undo, says, or put back what it replaced, as far as they are
 * still there, and commit the undo.
 * @cause and @recovered: see rollback_file. IO.
 */
bool journal_recovery_finish_undo(const struct state_dir *state, const struct record *record, const char *cause,
                                  struct diagnostics *recovered, struct error *error);

#endif
