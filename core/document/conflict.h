/*
 * The conflict markers that git leaves in a file while a merge is not finished: "<<<<<<< ours", "=======" and
 * ">>>>>>> theirs" at the start of a line, with "||||||| base" between in diff3 style. The first or the last kind, even
 * alone, is a conflict. The others alone are not: "=======" also underlines a heading.
 */
#ifndef BATCHD_CONFLICT_H
#define BATCHD_CONFLICT_H

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "format/markdown.h"

/* Line, from 1, of the first marker; 0 if @text has none. */
unsigned conflict_line(struct span text);

/*
 * The same in Markdown; @markdown is its parse. A conflict within one block of code is an example, and does
 * not count; one that begins or ends outside it does, whichever side opened or closed the block.
 */
unsigned conflict_line_outside_code(const struct markdown *markdown);

/* Report the marker at @line of @file: "file.conflict". */
void conflict_report(struct diagnostics *diagnostics, enum severity severity, const char *file, unsigned line);
/*
 * True without a marker, which is @line 0. Otherwise it is reported, and nothing may be made of the file:
 * PREREQUISITES.
 * @severity: an error, unless the caller goes on without the file.
 */
bool conflict_check(unsigned line, const char *file, enum severity severity, struct diagnostics *diagnostics,
                    struct error *error);

#endif
