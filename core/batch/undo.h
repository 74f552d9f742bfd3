/*
 * What undoing a batch does: a value, made without writing, as a batch is. The journal carries it out.
 */
#ifndef BATCHD_UNDO_H
#define BATCHD_UNDO_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/memory.h"
#include "batch/record.h"
#include "disk/files.h"
#include "plan/selection.h"

/* Paths are borrowed from the record. */
struct undo {
    struct arena arena;
    const struct record *record;
    const char *selection; /* what of the batch, "ids 2.1"; the batch's own for all of it */
    bool is_part;          /* of some achievements only, and files of others are left */
    struct record_file *removed;
    size_t removed_count;
    struct record_failure *kept; /* with the reason */
    size_t kept_count;
    const char *token;   /* stands for what can go and what stays; in the arena. NULL of one that is done */
    const char *request; /* borrowed: the client's id for it, kept in its record; or NULL */
};

/*
 * Which of the batch's files can go: those that are as they were written, by inode and content, but no EXECUTION_TASK
 * that has a SUBMITTED, an APPROVED or a FIX other than the one it answers, no SUBMITTED that has one of the last two,
 * no FIX that is answered, no SUBPLAN that has an EXECUTION_TASK, and nothing of a new plan in which there are SUBPLANs
 * or EXECUTION_TASKs by now. What was renamed gets its name from before, if that is free. Looks at files alone, so a
 * broken plan protects them too.
 * @selection: IDS are those whose files are meant, or of their parts; any other means the whole batch.
 *   IO         a file cannot be examined
 *   NOT_FOUND  the batch has no file of one of the ids
 *   INVALID    this version does not know the kind of the batch, nor the rules for undoing it
 * @undo is to be released then, too.
 */
bool undo_make(struct undo *undo, const struct files *files, const struct record *record,
               const struct selection *selection, struct error *error);
void undo_release(struct undo *undo);

#endif
