/*
 * From an outline to the draft of a plan: what every format has in common once its items are read.
 */
#ifndef BATCHD_OUTLINE_DRAFT_H
#define BATCHD_OUTLINE_DRAFT_H

#include <stdbool.h>

#include "base/error.h"
#include "draft/plan_draft.h"
#include "import/outline.h"

/*
 * Settle states, selection and edges, and write the items into @draft, which is empty. Everything that is wrong with
 * the outline is reported, whatever was wrong before.
 *   NOT_FOUND  an item of --epic does not exist
 */
bool outline_draft_make(struct outline *outline, struct plan_draft *draft, struct error *error);

#endif
