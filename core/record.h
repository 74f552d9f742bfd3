/*
 * Records: what .batchd/ remembers of batches, one JSON file each.
 *
 * - pending/000007.json: a batch that is being applied, or died while it was; it is moved to become its record. Behind
 *   the object a second line lists the inodes of the files, from when all are staged
 * - stage/000007-0, -1, ...: files of a batch before they are published; in a folder of their own, so that whoever
 *   watches pending/ is not woken by each
 * - batches/000007.json: a batch that is committed, unless one of its files is still staged: then the power failed
 * before the batch was durable, on a file system that does not keep the order of moves, and it counts as pending
 * - pending/000007.undo.json: an undo that is being carried out, or died
 * - batches/000007.undone.json: what undo removed and kept
 */
#ifndef BATCHD_RECORD_H
#define BATCHD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "batch.h"
#include "error.h"
#include "files.h"
#include "memory.h"
#include "workspace.h"

#define RECORD_STATE   WORKSPACE_STATE_FOLDER
#define RECORD_BATCHES RECORD_STATE "/batches"
#define RECORD_PENDING RECORD_STATE "/pending"
#define RECORD_STAGE   RECORD_STATE "/stage"

enum { RECORD_SIZE_MOST_BYTES = 64 << 20, RECORD_FOLDER_MODE = 0700, RECORD_FILE_MODE = 0600 };

/* A path of the program's own; they are all short. */
struct record_path {
    char text[96];
};

/* @folder: RECORD_BATCHES or RECORD_PENDING. @suffix: "", ".undo" or ".undone". */
struct record_path record_path(const char *folder, uint64_t number, const char *suffix);
/* "000007.undo.json" -> 7 for the suffix ".undo"; 0 for any name that record_path does not write. */
uint64_t record_number(const char *name, const char *suffix);
/* The batch of a staged file: "000007-12" -> 7; 0 for any other name. */
uint64_t record_staged_number(const char *name);

struct record_file {
    const char *id; /* NULL in an undo's, and for a file of the plan itself */
    const char *path;
    const char *sha;
    uint64_t size_bytes;
};

/* A file that could not be created, or one that was kept. */
struct record_failure {
    const char *id; /* NULL for one that was kept */
    const char *path;
    const char *reason;
};

/* One batch of the past, or one undo. */
struct record {
    struct arena arena;
    uint64_t number;
    const char *plan, *plan_path, *selection, *token, *time;
    const char *request; /* the client's id of the request that made it, or NULL */
    enum batch_kind kind;
    const char *kind_name; /* as the record says it; NULL means that of @kind */
    uid_t user;
    struct record_file *files; /* created; for an undo: removed */
    size_t file_count;
    struct record_failure *failures; /* with --keep-going; for an undo: kept */
    size_t failure_count;
    const char **folders; /* that the batch made */
    size_t folder_count;
    uint64_t *inodes;      /* of the files, in their order: how they are known once they are published */
    size_t inode_count;    /* less than file_count if it died before all were staged; then none is published */
    const char *elsewhere; /* the folder its files are staged in where .batchd is on another mount; usually NULL */
    bool is_undone;
};

/* Where file @i of the batch is staged. Owned by the record's arena. */
const char *record_staged(struct record *record, size_t i);

/* What the record says of its kind: for BATCH_FOREIGN the word of the version that wrote it. */
const char *record_kind_name(const struct record *record);

/* Append a record's text, inodes included if it has any. Everything but time and user comes from @record. */
void record_write(struct buffer *text, const struct record *record);
/* Append only the line of the inodes. */
void record_write_inodes(struct buffer *text, const struct record *record);

/* Read one. NOT_FOUND, IO, or INVALID if it is damaged or cut off. On failure @record is empty. */
bool record_read(const struct files *files, const char *path, uint64_t number, struct record *record,
                 struct error *error);
/* The committed batch @number, is_undone included. */
bool record_read_batch(const struct files *files, uint64_t number, struct record *record, struct error *error);
void record_release(struct record *record);

/* Numbers of all committed batches, ascending; the caller frees them. No .batchd means none. */
bool record_numbers(const struct files *files, uint64_t **numbers, size_t *count, struct error *error);

/* Is there a .batchd, and is it a folder of this user? Anything else of that name is passed over by readers. */
bool record_find_state(const struct files *files, bool *is_ours, struct error *error);

enum record_state { RECORD_AS_WRITTEN, RECORD_CHANGED, RECORD_GONE };

/*
 * Is the file still the batch's: a regular one with the content it was given, and the inode @inode unless that is 0?
 * Somebody else's file, folder or link of the name is CHANGED. False only if that cannot be told.
 */
bool record_look(const struct files *files, const struct record_file *file, uint64_t inode, enum record_state *state,
                 struct error *error);

/* What is pending and what is staged, in one listing. */
bool record_list_pending(const struct files *files, struct listing *listing, struct error *error);
/* List one of the folders above; one that is not there is empty. */
bool record_list(const struct files *files, const char *folder, struct listing *listing, struct error *error);

#endif
