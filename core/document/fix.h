/*
 * A FIX: what a reviewer requires, and which EXECUTION_TASK has been made to answer it.
 *
 * An EXECUTION_TASK answers a FIX if its header says so: "**Rework of**: FIX_11.md sha256:0123456789abcdef", the file's
 * name and the first digits of its SHA-256; a SUBMITTED can answer one, too. One such line is for one FIX. Thus a FIX
 * that is written anew is a new one, which nothing answers yet.
 */
#ifndef BATCHD_FIX_H
#define BATCHD_FIX_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "document/document.h"

enum { FIX_DIGITS = 16, FIX_DIGITS_LEAST = 12 }; /* of the digest: written, and needed */

#define FIX_LABEL "Rework of"

/* Append the value of the label, for the FIX with the file name @name and the digest @sha. */
void fix_append_mark(struct buffer *text, const char *name, const char *sha);

/* Is @task, an EXECUTION_TASK or a SUBMITTED, the answer to that FIX? */
bool fix_is_answered_by(const struct document *task, const char *name, const char *sha);

/*
 * Append the required fixes, as a checklist of at most @most lines without a newline at the end: the items of the
 * section that lists the issues, or else of the whole FIX, with all that is said about each; where there is no room for
 * that with how to fix it; or else alone. What is left out is said with its lines. Code blocks become pointers to
 * them. Returns the number of lines; 0 if the FIX says nothing.
 */
size_t fix_append_points(struct buffer *text, const struct document *fix, const char *name, size_t most);

/* Append the other sections of the FIX and their lines, in one line; nothing if there is none. */
void fix_append_others(struct buffer *text, const struct document *fix);

#endif
