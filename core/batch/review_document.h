/*
 * A review document: the text of a SUBMITTED, APPROVED, FIX or SKIPPED file, from the template of its kind.
 */
#ifndef BATCHD_REVIEW_DOCUMENT_H
#define BATCHD_REVIEW_DOCUMENT_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "batch/batch.h"
#include "batch/fence.h"
#include "disk/files.h"
#include "disk/template_files.h"
#include "plan/plan.h"
#include "plan/standing.h"

/* What it says; everything is borrowed. */
struct review_document {
    const struct plan *plan;
    const struct files *files; /* where a FIX that a submission answers is read */
    const struct standing *standing;
    const char *id, *title;    /* of the achievement, or of the part; the title may be NULL */
    const char *task;          /* the name of the work order's file, or "none" */
    const char *by;            /* who writes it; NULL is unknown */
    const struct fence *fence; /* the claim under which it is submitted, or NULL */
    const char *said;          /* the text that was given, or NULL */
    enum batch_kind kind;      /* BATCH_SUBMIT, _APPROVE, _REJECT or _SKIP */
};

/* Append it. INVALID, and reported, if the template @form cannot be used; IO if an open FIX cannot be read. */
bool review_document_append(struct buffer *text, const struct review_document *content,
                            const struct template_file *form, struct diagnostics *diagnostics, struct error *error);

#endif
