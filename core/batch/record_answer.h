/*
 * The answer to a batch as its record keeps it: what was said besides the files, so that an answer that was lost is
 * given again, to the byte.
 */
#ifndef BATCHD_RECORD_ANSWER_H
#define BATCHD_RECORD_ANSWER_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diagnostics.h"
#include "base/memory.h"
#include "batch/batch.h"
#include "format/json.h"
#include "format/json_writer.h"

/* Texts are borrowed. {0} says nothing: an undo, or a batch of a version that kept none. */
struct record_answer {
    const struct batch_skip *skipped;
    size_t skipped_count;
    const char *const *missing_subplans;
    size_t missing_count;
    const struct batch_other *others;
    size_t other_count;
    const struct batch_blocked *blocked;
    size_t blocked_count;
    const char *diff, *format; /* as in struct batch */
    bool is_new_workspace;
    const struct diagnostic *diagnostics;
    size_t diagnostic_count, left_out; /* as in struct diagnostics */
};

/* What an answer about @batch says, and with which diagnostics; either may be NULL. Borrows from both. */
struct record_answer record_answer_of(const struct batch *batch, const struct diagnostics *diagnostics);

/* Write it as the member "answer" of the record's object. */
void record_answer_write(struct json_writer *writer, const struct record_answer *answer);

/*
 * Read it from that member of @root, which may be missing. What is damaged in it or has control bytes is left out: an
 * answer is only for people to read, so the record counts all the same. All of it is in @arena.
 */
void record_answer_read(struct record_answer *answer, const cJSON *root, struct arena *arena);

#endif
