/*
 * The dependency file of a plan that has none, drafted from its PLAN. Dependencies are those that the PLAN names for
 * sure; a graph is never flat unless the PLAN says so, or the user does.
 */
#ifndef BATCHD_GRAPH_DRAFT_H
#define BATCHD_GRAPH_DRAFT_H

#include <stdbool.h>

#include "base/diagnostics.h"
#include "base/error.h"
#include "document/document.h"
#include "document/plan_document.h"
#include "draft/plan_draft.h"
#include "plan/plan.h"

/* What is to be done about achievements whose dependencies the PLAN does not name. */
enum graph_order {
    GRAPH_STATED,      /* nothing: PREREQUISITES if it names none at all */
    GRAPH_FLAT,        /* written without */
    GRAPH_BY_PRIORITY, /* each waits for all of the nearest lower priority, the first number of an id */
};

/*
 * Draft the graph of @plan, a valid one without a dependency file, from its @document and the @definitions there.
 * Efforts and dependencies that are not taken over, and lines that speak of order, are reported. PREREQUISITES if there
 * are no achievements or no dependencies, INVALID if the graph is impossible. @draft is to be released in any case.
 */
bool graph_draft_make(struct plan_draft *draft, const struct plan *plan, const struct document *document,
                      const struct plan_document *definitions, enum graph_order order, struct diagnostics *diagnostics,
                      struct error *error);

#endif
