/*
 * Staging: where the files of a batch are before they have their names: in the stage if it hands down the rights that
 * their folder hands down, else in a folder of the stage that is made to do so, one for each folder that files go to.
 * Where that is impossible, on another mount or without the right to it, they are staged beside their places.
 */
#ifndef BATCHD_STAGING_H
#define BATCHD_STAGING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "batch/batch.h"
#include "batch/record.h"
#include "disk/files.h"
#include "disk/files_write.h"
#include "disk/state_dir.h"

struct stage {
    struct state_path folder;   /* unless it is_beside */
    enum files_descent descent; /* of the folder that the files go to */
    bool is_beside;             /* the files are beside their places */
    bool is_shared;             /* the folder is the stage itself, and stays */
    int descriptor, target;     /* of the folder, and of that the files go to, from when the first goes; or -1 */
};

struct staging {
    const struct state_dir *state;
    const struct batch *batch;
    struct record *record; /* of the batch; gets the inodes, and the folders of what is staged beside its target */
    struct stage *stages;  /* one for each folder that files go to */
    size_t count;
    size_t *stage_of; /* by file */
};

/* Makes nothing. Everything is borrowed. */
void staging_begin(struct staging *staging, const struct state_dir *state, const struct batch *batch,
                   struct record *record);
void staging_release(struct staging *staging);

/* Make the folders; IO. The caller clears the stage of the batch on failure. */
bool staging_make_folders(struct staging *staging, struct error *error);
/* Where file @i of the batch is staged. Owned by the record. */
const char *staging_path(struct staging *staging, size_t i);
/* Write file @i, and note its inode in the record. IO. */
bool staging_write_file(struct staging *staging, size_t i, struct error *error);
/* Move file @i to its name, see files_publish. */
bool staging_publish(struct staging *staging, size_t i, struct error *error);
/* Close what publishing has opened: what follows may need the descriptors. */
void staging_close(struct staging *staging);
/* Remove the folders, which are empty: one that stays would mean to recovery that the batch is not committed. IO. */
bool staging_remove_folders(const struct staging *staging, struct error *error);

#endif
