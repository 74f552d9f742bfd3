/*
 * The places of git's conflict markers in the documents of a plan: its PLAN, and every Markdown file in subplans/,
 * execution/ and execution/feedbacks/, whatever its name. What a snapshot of the plan rests on is part of it, most of
 * these texts are not: they are read for this alone.
 */
#ifndef BATCHD_PLAN_CONFLICTS_H
#define BATCHD_PLAN_CONFLICTS_H

#include "base/diagnostics.h"
#include "disk/files.h"
#include "plan/plan.h"

/* Add what is known to be wrong with @plan, then one for each document with markers, at the first of them. */
void plan_conflicts_append(struct diagnostics *diagnostics, const struct plan *plan, const struct files *files);

#endif
