/*
 * History view: what history and batch answer of the batches that are recorded. All of it is in the arena of the
 * answer.
 */
#ifndef BATCHD_HISTORY_VIEW_H
#define BATCHD_HISTORY_VIEW_H

#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/memory.h"
#include "batch/record.h"
#include "disk/files.h"
#include "view/achievement_item.h"

/* One batch, as it is listed. Texts may be NULL where the record has none. */
struct history_item {
    uint64_t number;
    uid_t user;
    const char *time, *plan, *path, *kind, *selection, *token, *request;
    const char *by, *note;
    const char *result; /* "created", "partial", "partly_undone", "undone" */
    size_t file_count;
    struct ids ids; /* of the achievements that it has files of, each once */
};

/* The view of history: the last batch first. */
struct history_view {
    struct history_item *items;
    size_t count;
};

struct recorded_file {
    const char *id, *path, *sha; /* id: or NULL */
    uint64_t size_bytes;
    const char *state; /* on disk: "as_written", "edited", "gone", "unknown" */
};

/* The view of batch. */
struct recorded_batch {
    struct history_item item;
    struct recorded_file *files;
    struct record_failure *failures;
    size_t failure_count;
};

/* One line of the history; copies in @arena. */
struct history_item history_item_of(const struct record *record, struct arena *arena);
/* @files: to look at those that the batch created. */
void recorded_batch_make(struct recorded_batch *batch, const struct record *record, const struct files *files,
                         struct arena *arena);

#endif
