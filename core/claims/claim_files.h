/*
 * The files of claims: records in the folder of claims, plans/NAME/ID.json. One is written under the lock, to a
 * temporary file that is then moved to its name, so readers see whole records without a lock.
 */
#ifndef BATCHD_CLAIM_FILES_H
#define BATCHD_CLAIM_FILES_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "base/memory.h"
#include "claims/claim.h"
#include "claims/claim_authority.h"
#include "disk/files.h"
#include "disk/listing.h"

#define CLAIM_FILES_PLANS  "plans"
#define CLAIM_FILES_STAGED "tmp/record" /* one at a time, as it is written under the lock */

/*
 * The record of @id, into @entry; texts in @arena. One that is missing is empty; what cannot be understood, or is no
 * regular file of the caller's alone, is damaged. IO if that is unknown.
 */
bool claim_files_read(const struct files *folder, const char *plan, const char *id, struct arena *arena,
                      struct claim_entry *entry, struct error *error);

/* Differs between two states of the record on the disk; 0 if there is none, or that is unknown. */
uint64_t claim_files_mark(const struct files *folder, const char *plan, const char *id);

/* All records of a plan. None if the folder is missing. */
bool claim_files_list(const struct files *folder, const char *plan, struct claim_list *list, struct error *error);
/* Read the record of @id again, into @list, which claim_files_list has made: one that is new is added, one that is gone
 * removed. Texts of records before stay in the list's arena. */
bool claim_files_list_again(const struct files *folder, const char *plan, const char *id, struct claim_list *list,
                            struct error *error);
/* The id of a record's file, in @arena; NULL if it is none. */
const char *claim_files_id(struct arena *arena, const char *name);

/* Names of the folders of plans. */
bool claim_files_list_plans(const struct files *folder, struct listing *plans, struct error *error);

/*
 * Write the record; the folders are made if they are missing. Only under the lock. @is_durable: it survives a power
 * failure. INVALID if it is larger than a record may be.
 */
bool claim_files_write(const struct files *folder, const struct claim_record *record, bool is_durable,
                       struct error *error);

/*
 * The claim whose secret has the digest @secret, in the record that has it as its last one. Reads all records of all
 * plans. @is_found: false if there is none.
 */
bool claim_files_find_secret(const struct files *folder, const char *secret, struct arena *arena,
                             struct claim_record *record, bool *is_found, struct error *error);

/* The 32 random bytes that the secrets of repeatable requests are made with; made if they are missing. Only under the
 * lock. */
bool claim_files_secret(const struct files *folder, struct buffer *secret, struct error *error);

#endif
