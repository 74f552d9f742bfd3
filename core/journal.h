/*
 * The journal: batches become files here, all of a batch or none, and every batch can be looked up afterwards. It
 * lives in .batchd/ under the root, which the first write makes:
 *
 *   batches/000007.intent.json   what is about to be published; there only while a batch is being applied
 *   stage/000007/0, 1, ...       the files, complete and durable before the first is published
 *   batches/000007.json          the record; a batch is committed once it is there
 *   batches/000007.undone.json   what undo removed and kept
 *
 * Publishing moves each staged file to its name and never replaces anything. Whoever opens the journal first takes
 * back what a batch that died has published: it knows its own files by their inodes.
 */
#ifndef BATCHD_JOURNAL_H
#define BATCHD_JOURNAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "batch.h"
#include "error.h"
#include "files.h"

struct journal {
    const struct files *files;
    int lock; /* descriptor of .batchd, locked */
};

struct record_file {
    const char *id;
    const char *path;
    const char *sha;
    uint64_t size_bytes;
};

/* One batch of the past. */
struct record {
    struct arena arena;
    uint64_t number;
    const char *plan, *plan_path, *selection, *token, *time;
    const char *request; /* the client's request id, or NULL */
    enum batch_kind kind;
    uid_t user;
    struct record_file *files;
    size_t file_count;
    const char **folders; /* that the batch made */
    size_t folder_count;
    bool is_undone;
};

/*
 * Make .batchd if it is not there, lock it, and recover what is dead.
 *   CONFLICT  .batchd belongs to somebody else or is no folder
 *   TIMEOUT   somebody else held the lock for @timeout_ms
 *   IO
 */
bool journal_open(struct journal *journal, const struct files *files, int timeout_ms, struct error *error);
void journal_close(struct journal *journal);

/*
 * Publish the batch and record it under @number. On failure nothing of it is left:
 *   CONFLICT     a name was taken meanwhile
 *   ROLLED_BACK  anything else; the cause is in the message
 *   UNKNOWN      something could not be taken back; it is named
 */
bool journal_apply(struct journal *journal, const struct batch *batch, const char *request, uint64_t *number,
                   struct error *error);

/* Read the record of batch @number. NOT_FOUND, IO, INVALID (a damaged record). */
bool journal_read(const struct files *files, uint64_t number, struct record *record, struct error *error);
void record_release(struct record *record);

/* Numbers of all committed batches, ascending; the caller frees them. No .batchd means none. */
bool journal_numbers(const struct files *files, uint64_t **numbers, size_t *count, struct error *error);

struct kept_file {
    const char *path;
    const char *reason;
};

/* What undoing a batch does: a value, made without writing, as a batch is. Paths are borrowed from the record. */
struct undo {
    const struct record *record;
    const struct record_file **removed;
    size_t removed_count;
    struct kept_file *kept;
    size_t kept_count;
};

/*
 * Which of the batch's files can go: those whose content is as it was written, but no EXECUTION_TASK that has been
 * reviewed and no SUBPLAN that has an EXECUTION_TASK. @plan is the batch's plan as it is now.
 */
void undo_make(struct undo *undo, const struct files *files, const struct record *record, const struct plan *plan);
void undo_release(struct undo *undo);

/* Remove them, and the folders the batch made if they are empty now, and note it. IO if some could not be removed. */
bool journal_undo(struct journal *journal, const struct undo *undo, struct error *error);

#endif
