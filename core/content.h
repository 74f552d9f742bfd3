/*
 * The text of a new EXECUTION_TASK or SUBPLAN. It is a function of its sources alone: the same plan, documents and
 * template give the same bytes, whenever and wherever. What the sources do not say becomes "[TO BE FILLED: ...]".
 */
#ifndef BATCHD_CONTENT_H
#define BATCHD_CONTENT_H

#include <stdbool.h>
#include <stddef.h>

#include "buffer.h"
#include "definitions.h"
#include "diagnostics.h"
#include "document.h"
#include "plan.h"

enum { CONTENT_EXECUTION_LINES_MOST = 200 };

struct content {
    const struct plan *plan;
    size_t position;                     /* of the achievement */
    const struct document *source;       /* the SUBPLAN for an EXECUTION_TASK, the PLAN for a SUBPLAN */
    const char *source_name;             /* its file name, as readers know it */
    const struct definition *definition; /* SUBPLAN: what the PLAN says, or NULL */
    const struct sub_execution *part;    /* EXECUTION_TASK: of a split achievement, or NULL */
    unsigned number;                     /* EXECUTION_TASK: NN */
    struct span template_text;
    const char *template_name; /* for diagnostics */
};

/*
 * Append the text. On failure see template.h, and:
 *   template.too_long  no more than CONTENT_EXECUTION_LINES_MOST lines are possible with this template
 */
bool content_execution(struct buffer *text, const struct content *content, struct diagnostics *diagnostics);
bool content_subplan(struct buffer *text, const struct content *content, struct diagnostics *diagnostics);

#endif
