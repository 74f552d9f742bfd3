/*
 * The achievements that a PLAN document defines. A PLAN usually lists each one several times, in an index, a roadmap,
 * a tracking table; the definition is the listing whose body has most of Goal, Effort, Deliverables, Success Criteria
 * and Dependencies, the first of those with as many. Listings in code blocks do not count, and one without any such
 * field counts only under a heading that speaks of achievements.
 */
#ifndef BATCHD_PLAN_DOCUMENT_H
#define BATCHD_PLAN_DOCUMENT_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "document/document.h"

enum definition_field {
    DEFINITION_GOAL,
    DEFINITION_EFFORT,
    DEFINITION_DELIVERABLES,
    DEFINITION_CRITERIA,
    DEFINITION_DEPENDENCIES,
    DEFINITION_APPROACH,
    DEFINITION_TESTS,
    DEFINITION_PART_OF, /* "3.0, Basket": the achievement, or the chapter, that it is a part of */
    DEFINITION_PARTS,   /* "3.1, 3.2 do the work; what is left for 3.0 is to check the whole" */
    DEFINITION_FIELDS
};

/* A field's lines: the value beside its label, if any, and the lines below it. */
struct definition_text {
    struct span value; /* on the label's own line; may be empty */
    size_t first, end; /* lines of the document after it, end exclusive */
};

struct definition {
    const char *id;
    const char *title;       /* without the effort and the status marks that may stand behind it */
    const char *whole_title; /* with them */
    const char *status; /* "COMPLETE" or "SUPERSEDED" if that is one of those marks, else NULL: a remark, no state */
    struct span effort; /* "4-6 hours", from the Effort field or the title's line; may be empty */
    size_t line;        /* index of its line */
    size_t end;         /* index of the line after its body, without the blank ones at its end */
    unsigned field_count;
    bool has_field[DEFINITION_FIELDS];
    struct definition_text fields[DEFINITION_FIELDS];
};

/* {0} is valid and empty. Spans point into the document, which must outlive it. */
struct plan_document {
    struct arena arena;
    struct definition *items; /* ordered by id (names_compare_ids) */
    size_t count;
};

/* The definitions of a PLAN; texts are borrowed from it. The caller releases them. */
void plan_document_read(struct plan_document *definitions, const struct document *plan);
void plan_document_release(struct plan_document *definitions);
/* Append what the definition says about its dependencies: the text behind that label, or else the list below it. */
void plan_document_append_dependencies(struct buffer *text, const struct document *plan,
                                       const struct definition *definition);
/* NULL if the plan does not define @id. */
const struct definition *plan_document_find(const struct plan_document *definitions, const char *id);

#endif
