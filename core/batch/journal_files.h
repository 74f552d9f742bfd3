/*
 * The journal on the disk: the steps that applying, rolling back and recovering a batch have in common. IO, unless it
 * says otherwise.
 */
#ifndef BATCHD_JOURNAL_FILES_H
#define BATCHD_JOURNAL_FILES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "base/error.h"
#include "batch/record.h"
#include "disk/files.h"
#include "disk/state_dir.h"

/* Remove a file; it is no error if there is none. IO. */
bool journal_files_remove(const struct files *files, const char *path, struct error *error);
void journal_files_remove_quietly(const struct files *files, const char *path);
/* Remove those folders that are empty, inner ones first. */
void journal_files_remove_folders(const struct files *files, const char *const *folders, size_t count);

/* The folder that holds @path, into @folder. */
void journal_files_folder_of(const char *path, struct buffer *folder);
/* Make the entries of the folder that holds @path durable; a folder that is gone has none. IO. */
bool journal_files_sync_folder_of(const struct files *files, const char *path, struct error *error);
/* The same for the folder of each of the files; those of one folder follow each other. */
bool journal_files_sync_folders_of(const struct files *files, const struct record_file *list, size_t count,
                                   struct error *error);

/* Create the pending record of a batch or, with the suffix ".undo", of an undo. system_errno is EEXIST if another
 * process has created it. */
bool journal_files_write_pending(const struct state_dir *state, const struct record *record, const char *suffix,
                                 struct error *error);
/* The move that commits: @from becomes the record @to. Then everything before it is made durable. IO. */
bool journal_files_commit(const struct state_dir *state, const char *from, const char *to, struct error *error);

#endif
