/*
 * A derived file: one that is made from plans, and can be made again. Its last line is a comment with the digest of all
 * above it, so that the file itself shows whether it was edited since: what was edited is not replaced unasked.
 */
#ifndef BATCHD_DERIVED_FILE_H
#define BATCHD_DERIVED_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/error.h"

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

/*
 * All of this for several files, whose names are in @folder, which is made if only it is missing. Those that were
 * edited are kept, unless @is_forced. Where all can be written is known before the first one is. Fills @outcomes.
 *   CONFLICT   something that is no regular file has the name of one
 *   NOT_FOUND  the folder that @folder is in is missing
 *   IO         cannot be written; those before it are
 */
bool derived_file_put_all(const struct derived_file *files, size_t count, const char *folder, bool is_forced,
                          enum derived_outcome *outcomes, struct error *error);

#endif
