/*
 * The update of a graph: a dependency file is brought up to date with its PLAN. What the PLAN says is edited into the
 * text; everything else, and the order and the text of entries that do not change, stays byte for byte.
 */
#ifndef BATCHD_GRAPH_UPDATE_H
#define BATCHD_GRAPH_UPDATE_H

#include <stdbool.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/error.h"
#include "format/text_edits.h"
#include "plan/plan.h"
#include "plan/plan_compare.h"

/*
 * The edits of @text, the dependency file of @plan, that take over @differences: achievements that only the PLAN has
 * are added at the end; titles and hours follow it, and dependencies where it names ids for sure. Warnings name the
 * achievements that only the file has, which stay, and what is not taken over. INVALID if the graph would be
 * impossible; why is in @diagnostics. @edits is to be released in any case.
 */
bool graph_update_make(struct text_edits *edits, const struct plan *plan, struct span text,
                       const struct plan_differences *differences, struct diagnostics *diagnostics,
                       struct error *error);

#endif
