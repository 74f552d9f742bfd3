/*
 * A checklist: what a work order says about its progress: its boxes, and its last status line. That is a hint for
 * people, and never the state of anything.
 */
#ifndef BATCHD_CHECKLIST_H
#define BATCHD_CHECKLIST_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "document/document.h"

struct checklist {
    bool says_complete;
    size_t line;         /* index of the line that says so */
    struct span text;    /* that line, borrowed from the document */
    size_t open, ticked; /* boxes outside code */
};

/*
 * It says that it is complete if the last "**Status**:" or "**Final Status**:" line outside code begins, after signs,
 * with "complete", "completed" or "done"; or if it has boxes and all of them are ticked.
 */
void checklist_read(struct checklist *checklist, const struct document *document);
/* The same of the lines @first to @end (exclusive). */
void checklist_read_lines(struct checklist *checklist, const struct document *document, size_t first, size_t end);

/* False if @raw, the bytes of a file, cannot say so: quick, for a file that need not be parsed then. */
bool checklist_may_say_complete(struct span raw);

#endif
