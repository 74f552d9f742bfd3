/*
 * The journal: batches become files here, all of a batch or none, also when the process is killed or the power fails
 * on the way, and every batch is remembered (see record.h for what lies in the state).
 *
 *   apply    pending record and staged files -> one barrier (syncfs) -> each staged file moved to its name, never
 *            replacing -> the pending record becomes the batch's record: that move commits -> a second syncfs. What is
 *            acknowledged is durable; a sync that failed is a failed batch.
 *   rename   the pending record -> a barrier -> each file renamed, never replacing -> the record is moved
 *   exchange the new file staged -> a barrier -> it and the old one exchange their names -> what came out is compared,
 *            and kept beside the record or exchanged back -> the record is moved
 *   recover  journal_open removes what a batch without a record has published (it knows its own files by inode and
 *            content), finishes an undo, a renaming or an exchange that had begun, and clears what is left of staging.
 * A record whose batch still has staged files was never acknowledged, and is as good as none. What this removes is
 *            named, and so is what cannot be cleared; that does not prevent writing.
 */
#ifndef BATCHD_JOURNAL_H
#define BATCHD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/fence.h"
#include "batch/record.h"
#include "batch/undo.h"
#include "disk/files.h"
#include "disk/state_dir.h"

struct journal {
    struct state_dir state;
    int lock;        /* descriptor of .batchd, locked */
    bool is_settled; /* nothing has been pending or staged since then */
    /*
     * What is applied, renamed or undone has to pass it; NULL: none. Set by the caller, borrowed. It is held over what
     * commits: the move of the record, or, of what is finished once it has begun, all of it.
     */
    const struct fence *fence;
    const struct diagnostics
        *warnings; /* of the answer, kept with the record; NULL: none. Set by the caller, borrowed */
    /*
     * Of the recovery, for the answer of the writing method:
     *   journal.recovered  a file that was removed, because its batch was not finished or its undo was
     *   journal.stuck      what cannot be cleared, and the command that moves it away
     */
    struct diagnostics recovered;
};

#define JOURNAL_CLOSED ((struct journal){.lock = -1})

/*
 * Make the state if it is not there, lock .batchd, which all users of the workspace do, and recover what is dead.
 *   CONFLICT  see state_dir_make; or another process held the lock for @timeout_ms
 *   IO        also if a batch cannot be rolled back; it is named
 */
bool journal_open(struct journal *journal, const struct files *files, int timeout_ms, struct error *error);
void journal_close(struct journal *journal);

/* Is something left of a batch that died? Then a caller that may write opens the journal, even with nothing to write.
 */
bool journal_needs_recovery(const struct files *files);

/*
 * Publish the batch and record it; @record, which the caller releases also on failure, is what was committed; it
 * borrows texts of @batch and @request, which must outlive it. On failure nothing of it is left:
 *   IO           nothing had begun: the existing files could not be read
 *   CONFLICT     a name was taken meanwhile
 *   STALE        the fence's claim is no longer the caller's
 *   ROLLED_BACK  anything else; the cause is in the message
 *   UNKNOWN      something could not be rolled back; it is named, and the next journal_open tries again
 */
bool journal_apply(struct journal *journal, const struct batch *batch, const char *request, struct record *record,
                   struct error *error);

/*
 * The same, but a file that cannot be published is noted among the record's failures and the others stay. Fails like
 * journal_apply if nothing at all could be published.
 */
bool journal_apply_partly(struct journal *journal, const struct batch *batch, const char *request,
                          struct record *record, struct error *error);

/*
 * Replace the file of a batch of the kind update by its new content, and record it; the old file is kept for undo. If
 * the file is not what the batch was made of, it stays as it is.
 *   IO       nothing was written, also where the file system cannot exchange two files
 *   STALE    the file was changed meanwhile; nothing was written
 *   UNKNOWN  it has begun, and the next journal_open finishes it
 */
bool journal_exchange(struct journal *journal, const struct batch *batch, const char *request, struct record *record,
                      struct error *error);

/*
 * Give the files of a batch of the kind reopen their new names, without replacing any, and record it with @note, which
 * may be NULL. As an undo, once begun it is finished; what cannot be renamed any more is left as it is.
 *   IO        nothing had begun
 *   CONFLICT  a name was taken meanwhile, or a file is not as it was; nothing was renamed
 *   STALE     the fence's claim is no longer the caller's; nothing was renamed
 *   UNKNOWN   it has begun, and the next journal_open finishes it
 */
bool journal_rename(struct journal *journal, const struct batch *batch, const char *request, const char *note,
                    struct record *record, struct error *error);

/*
 * Remove what @undo says, put back what the batch renamed or replaced, and the folders the batch made if they are empty
 * then, and record it. Once begun it is finished, if need be by the next journal_open. IO, UNKNOWN; STALE by the fence.
 */
bool journal_undo(struct journal *journal, const struct undo *undo, struct error *error);

#endif
