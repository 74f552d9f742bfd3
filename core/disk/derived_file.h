/*
 * A derived file: one that is made from plans, and can be made again. Its last line is a comment with the digest of all
 * above it, so that the file itself shows whether it was edited since: what was edited is not replaced unasked.
 */
#ifndef BATCHD_DERIVED_FILE_H
#define BATCHD_DERIVED_FILE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/error.h"
#include "disk/files.h"

struct derived_file {
    const char *name; /* in the folder */
    struct span text;
    const char *comment, *comment_end; /* what begins and ends a comment; NULL if the format has none */
};

enum derived_outcome {
    DERIVED_NEW,
    DERIVED_REPLACED, /* it was not edited, or is replaced by force */
    DERIVED_UNCHANGED,
    DERIVED_KEPT, /* it was edited, or made by another program */
};
extern const char *const derived_outcome_names[];

/*
 * All of this for the file at @file->name, a path from the working directory: false with CONFLICT also if it is kept.
 */
bool derived_file_put(const struct derived_file *file, bool is_forced, enum derived_outcome *outcome,
                      struct error *error);

/* Append a line that says what was done to the file @name, which is not KEPT. */
void derived_file_append_outcome(struct buffer *text, const char *name, enum derived_outcome outcome);

/* What becomes of the file. CONFLICT if something that is no regular file has its name. */
bool derived_file_decide(const struct derived_file *file, const struct files *files, bool is_forced,
                         enum derived_outcome *outcome, struct error *error);

/* Write it, if that is the outcome: under another name, which becomes its own in one step. */
bool derived_file_write(const struct derived_file *file, const struct files *files, enum derived_outcome outcome,
                        struct error *error);

#endif
