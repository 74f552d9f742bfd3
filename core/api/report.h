/*
 * Reports: what the reading methods answer about a plan, as JSON. One definition of every field, used by all of them.
 */
#ifndef BATCHD_REPORT_H
#define BATCHD_REPORT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/diagnostics.h"
#include "disk/files.h"
#include "format/json_writer.h"
#include "plan/plan.h"
#include "plan/schedule.h"
#include "view/plan_view.h"

/*
 * The data of graph: only the achievements of @filter, and the edges between them; progress, hours and paths are of the
 * whole plan.
 */
void report_graph(struct json_writer *writer, const struct plan *plan, const struct plan_filter *filter);

/* What several answers say of a plan: its name, path and whether it is valid, without braces; ids; what is left. */
void report_name(struct json_writer *writer, const struct plan *plan);
void report_ids(struct json_writer *writer, const char *key, const struct plan *plan, const uint32_t *nodes,
                size_t count);
void report_remaining(struct json_writer *writer, const char *key, const struct plan *plan,
                      const struct schedule *schedule);
/*
 * What every answer says of an achievement: state, label, is_ready, ready_for, needs, what_next, blocks; without
 * braces. @blocks: from report_blocks, which counts them for all positions; the caller frees it.
 */
void report_facts(struct json_writer *writer, const struct plan *plan, size_t position, const uint32_t *blocks);
uint32_t *report_blocks(const struct plan *plan);
/* The hours of an achievement: a number, or null. */
void report_hours(struct json_writer *writer, const struct plan *plan, size_t position);

#endif
