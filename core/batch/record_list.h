/*
 * The list of records: which batches there are in the state, and what of them is pending or staged.
 */
#ifndef BATCHD_RECORD_LIST_H
#define BATCHD_RECORD_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "batch/record.h"
#include "disk/listing.h"
#include "disk/state_dir.h"

/* Numbers of all committed batches, ascending; the caller frees them. No state means none. */
bool record_list_numbers(const struct state_dir *state, uint64_t **numbers, size_t *count, struct error *error);
/*
 * The number of the next batch: above all that are committed, pending or staged; the lowest free one past the bound.
 * @is_settled: the caller, who has the lock, knows that nothing is pending or staged.
 */
bool record_list_next_number(const struct state_dir *state, bool is_settled, uint64_t *number, struct error *error);

/* Is one of the files of the batch still staged, and so not published? Of @record is_staged. */
bool record_list_has_staged(const struct state_dir *state, const struct record *record);

/* What is pending and what is staged, in one listing. */
bool record_list_pending(const struct state_dir *state, struct listing *listing, struct error *error);
/* List one of the folders; one that is not there is empty. */
bool record_list(const struct state_dir *state, enum state_part part, struct listing *listing, struct error *error);

#endif
