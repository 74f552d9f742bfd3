/*
 * What a plan says twice, in its PLAN and in its dependency file, and differently: achievements that only one of them
 * has, titles, and dependencies, as far as the PLAN names them for sure (see id_list.h).
 */
#ifndef BATCHD_PLAN_COMPARE_H
#define BATCHD_PLAN_COMPARE_H

#include "base/diagnostics.h"
#include "disk/files.h"
#include "plan/plan.h"

/*
 * Add a warning for each difference, at its line of the PLAN where it has one: achievement.only_in_plan,
 * achievement.only_in_graph, achievement.title, achievement.dependencies. Reads the PLAN; nothing is added for a plan
 * without PLAN or without graph, for a PLAN that cannot be read, and for one with git's conflict markers.
 */
void plan_compare_append(struct diagnostics *diagnostics, const struct plan *plan, const struct files *files);

#endif
