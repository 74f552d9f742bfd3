/*
 * Records: what the state (see state_dir.h) remembers of batches, one JSON file each.
 *
 * - pending/000007.json: a batch that is being applied, or died while it was; it is moved to become its record. Behind
 *   the object a second line lists the inodes of the files, from when all are staged
 * - stage/000007-0, -1, ...: the files of the batch before they are published, numbered as in the record; or, see
 *   staging.h, a folder with those that go to one folder, named by the first of them. The daemon does not watch these
 * - batches/000007.json: a batch that is committed, unless one of its files is still staged: then the power failed
 *   before the batch was durable, on a file system that does not keep the order of moves, and it counts as pending
 * - batches/000007.replaced.json: the dependency file that the batch has replaced, see exchange.h
 * - pending/000007.undo.json: an undo that is being carried out, or died
 * - batches/000007.undone.json: what undo removed and kept; 000007.undone-1.json, -2, ...: the undos of parts of
 *   it, which leave the rest of the batch to be undone later
 *
 * A record is not trusted, whatever process wrote it: it names only files that a batch makes, in the folder of its
 * own plan, and each by its inode as well as by its content. Any other is damaged, and is not used.
 */
#ifndef BATCHD_RECORD_H
#define BATCHD_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "batch/record_answer.h"
#include "disk/files.h"

enum { RECORD_SIZE_MOST_BYTES = 64 << 20, RECORD_FILE_MODE = 0600 };

struct record_file {
    const char *id; /* NULL in an undo's, and for a file of the plan itself */
    const char *path;
    const char *from; /* its name before the batch, which renamed it; else NULL */
    const char *sha;
    uint64_t size_bytes;
    uint64_t inode;      /* 0 until it is staged */
    const char *old_sha; /* of the file that it replaces (see exchange.h); NULL if it replaces none */
    uint64_t old_size_bytes;
};

/* A file that could not be created, or one that was kept. */
struct record_failure {
    const char *id; /* NULL for one that was kept */
    const char *path;
    const char *reason;
};

/* The claim under which a batch was applied, see fence.h. */
struct record_claim {
    const char *id; /* NULL: none */
    uint64_t fence;
    const char *by;
};

/* One batch of the past, or one undo. */
struct record {
    struct arena arena;
    uint64_t number;
    const char *plan, *plan_path, *selection, *token, *time;
    const char *request; /* the client's id of the request that made it, or NULL */
    const char *by;      /* of a review: who has said it, or NULL */
    const char *note;    /* what its user has said of it, or NULL */
    struct record_claim claim;
    struct record_answer answer;
    enum batch_kind kind;
    const char *kind_name; /* as the record says it; NULL means that of @kind */
    uid_t user;
    struct record_file *files; /* created; for an undo: removed */
    size_t file_count;
    struct record_failure *failures; /* with --keep-going; for an undo: kept */
    size_t failure_count;
    const char **incomplete; /* ids whose SUBPLAN was none that is complete; a batch of 0.1.0 does not say */
    size_t incomplete_count;
    const char **folders; /* that the batch made */
    size_t folder_count;
    const char **besides; /* folders of the plan in which its files are staged, because the state is on another mount */
    size_t beside_count;
    bool is_staged;        /* the files' inodes are known; if it died before that, none is published */
    bool is_undone;        /* also by an undo that is pending */
    bool has_pending_undo; /* of all of it: the next write finishes that, if no process is at it */
    bool is_partly_undone; /* a part of it has been undone, and not all of it */
    bool is_part;          /* an undo: of a part of the batch */
};

/* Is the file staged beside its target, and not in the state? */
bool record_is_beside(const struct record *record, const struct record_file *file);
/* Where file @i of the batch is staged if it is. Owned by the record's arena. */
const char *record_beside(struct record *record, size_t i);

/* What the record says of its kind: for BATCH_UNKNOWN the word of the version that wrote it. */
const char *record_kind_name(const struct record *record);

/* Append a record's text, inodes included if they are known. Everything but time and user comes from @record. */
void record_write(struct buffer *text, const struct record *record);
/* Append only the line of the inodes. */
void record_write_inodes(struct buffer *text, const struct record *record);

/*
 * Read one. NOT_FOUND, IO, or INVALID if it is damaged or cut off; it is_staged if its inodes are whole. On failure
 * @record is empty.
 */
bool record_read(const struct files *files, const char *path, uint64_t number, struct record *record,
                 struct error *error);
void record_release(struct record *record);

#endif
