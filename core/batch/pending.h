/*
 * Pending batches: those that are being applied, or died while they were. Readers never see part
 * of a batch: until it is committed, its files are hidden by this view; until an undo is committed, so are the files
 * that it removes. Reading this takes no lock and makes nothing.
 */
#ifndef BATCHD_PENDING_H
#define BATCHD_PENDING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/memory.h"
#include "base/string_map.h"
#include "disk/files.h"
#include "disk/state_dir.h"

struct pending {
    struct state_dir state; /* as it was found */
    struct arena arena;
    struct string_map paths; /* of hidden files: position in inodes */
    uint64_t *inodes;        /* the file that is hidden at that path */
    const char **hidden;     /* the paths, by the same position */
    size_t count, capacity, hidden_capacity;
    uint64_t *numbers; /* of the batches */
    size_t batch_count;
    struct file_identity committed; /* of the folder of records: another one once a batch is committed */
};

/* Never fails: what cannot be read hides nothing. The caller releases it. */
void pending_read(struct pending *pending, const struct files *files);
void pending_release(struct pending *pending);

/* Nothing began and nothing ended between the two readings. */
bool pending_equals(const struct pending *a, const struct pending *b);

/* The files as if no batch were pending. @pending must outlive the view. */
struct files pending_view(const struct pending *pending, const struct files *files);

#endif
