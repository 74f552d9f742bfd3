/*
 * Rework: the text of the next EXECUTION_TASK of an achievement that a FIX has sent back. It carries the
 * required fixes and where the last iteration ended, and names each FIX it answers (see fix.h).
 */
#ifndef BATCHD_REWORK_DOCUMENT_H
#define BATCHD_REWORK_DOCUMENT_H

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/digest.h"
#include "batch/task_document.h"
#include "document/document.h"

/* One that is to be answered. */
struct rework_fix {
    struct document document;
    const char *name;
    char sha[DIGEST_SHA_TEXT];
};

struct rework_document {
    struct task_document content; /* of the EXECUTION_TASK; its source is the SUBPLAN */
    const struct rework_fix *fixes;
    size_t fix_count;                /* at least 1 */
    const struct document *previous; /* the last EXECUTION_TASK there is, or NULL */
    const char *previous_name;
};

/*
 * Append the text, at most TASK_DOCUMENT_EXECUTION_LINES_MOST lines. On failure as task_document_execution, and:
 *   template.no_answer  the header does not name the FIX: no reader could see that it is answered
 */
bool rework_document_append(struct buffer *text, const struct rework_document *rework, struct diagnostics *diagnostics);

#endif
