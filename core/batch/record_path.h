/*
 * Paths of records: how the files and folders of the state are named that a batch has, and which number a name is of.
 */
#ifndef BATCHD_RECORD_PATH_H
#define BATCHD_RECORD_PATH_H

#include <stddef.h>
#include <stdint.h>

#include "disk/state_dir.h"

/* The highest number of a batch. */
#define RECORD_NUMBER_MOST UINT64_C(1000000000000)

/* @part: STATE_BATCHES or STATE_PENDING. @suffix: "", ".undo", ".undone" or ".replaced". */
struct state_path record_path(const struct state_dir *state, enum state_part part, uint64_t number, const char *suffix);
/* The record of the undo of the whole batch for 0, or of the first, second, ... part of it. */
struct state_path record_undone_path(const struct state_dir *state, uint64_t number, unsigned part);
/* The batch that a name of either kind is of; 0 for any other name. */
uint64_t record_undone_number(const char *name);
/* "000007.undo.json" -> 7 for the suffix ".undo"; 0 for any name that record_path does not write. */
uint64_t record_number(const char *name, const char *suffix);
/* The entry of the stage for file @position of the batch, or for a folder with this file and others. */
struct state_path record_staged_path(const struct state_dir *state, uint64_t number, size_t position);
/* The batch of an entry of the stage: "000007-12" -> 7; 0 for any other name. */
uint64_t record_staged_number(const char *name);
/* The batch of any of these names, "000007.json", "000007.undo.json", "000007-0"; 0 for any other. */
uint64_t record_any_number(const char *name);

#endif
