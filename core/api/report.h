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

/* Which achievements are listed: those that are all of this. {0}: every one. */
struct report_filter {
    const char *levels;  /* see selection_are_levels; or NULL */
    const char *purpose; /* what they are ready for: "review", ...; or NULL */
    bool is_ready, is_blocked, is_open;
};

/* Does it leave anything out? */
bool report_is_filtered(const struct report_filter *filter);

/* One element of the "plans" of status, next and validate. */
void report_status(struct json_writer *writer, const struct plan *plan, const struct report_filter *filter);
/* The same of status without achievements, levels and hours: for many plans. */
void report_summary(struct json_writer *writer, const struct plan *plan);
void report_next(struct json_writer *writer, const struct plan *plan, const struct report_filter *filter);
/* @found: all that is wrong with it, see plan_conflicts.h. */
void report_validity(struct json_writer *writer, const struct plan *plan, const struct diagnostics *found);

/* The data of show, why and graph. @files: to read the SUBPLAN's objective. */
void report_achievement(struct json_writer *writer, const struct plan *plan, size_t position,
                        const struct files *files);
void report_reasons(struct json_writer *writer, const struct plan *plan, size_t position);
/* Only the achievements of @filter, and the edges between them; progress, hours and paths are of the whole plan. */
void report_graph(struct json_writer *writer, const struct plan *plan, const struct report_filter *filter);

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
