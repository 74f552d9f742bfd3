/*
 * Pending batches: those that are being applied, or died while they were. Readers never see part
 * of a batch: until it is committed, its files are hidden by this view; until an undo is committed, so are the files
 * that it removes. Reading this takes no lock and makes nothing. It reads the records; whether a file is still the
 * batch's is looked at when a reader comes across it.
 */
#ifndef BATCHD_PENDING_H
#define BATCHD_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/string_map.h"
#include "batch/record.h"
#include "disk/files.h"
#include "disk/state_dir.h"

struct pending_record;

struct pending {
    struct state_dir state; /* as it was found */
    struct arena arena;
    struct pending_record **records; /* that the files are in */
    size_t record_count, record_capacity;
    const struct record_file **files; /* that are hidden, as long as they are as the batch wrote them */
    size_t count, capacity;
    struct string_map paths; /* theirs: position in files */
    uint64_t *numbers;       /* of the batches */
    size_t batch_count;
    struct file_identity committed; /* of the folder of records: another one once a batch is committed */
};

/* Never fails: what cannot be read hides nothing. @files must outlive it. The caller releases it. */
void pending_read(struct pending *pending, const struct files *files);
/* The same, with the records that are as they were taken from @previous, which must not be used as a view any more. */
void pending_read_again(struct pending *pending, const struct files *files, struct pending *previous);
void pending_release(struct pending *pending);

/* Where the file at @position is hidden. */
const char *pending_path(const struct pending *pending, size_t position);

/* Nothing began and nothing ended between the two readings. */
bool pending_equals(const struct pending *a, const struct pending *b);

/* The files as if no batch were pending, for any thread. @pending must outlive the view. */
struct files pending_view(const struct pending *pending, const struct files *files);

#endif
