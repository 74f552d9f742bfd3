/*
 * Reports: what the reading methods answer about a plan, as JSON. One definition of every field, used by all of them.
 */
#ifndef BATCHD_REPORT_H
#define BATCHD_REPORT_H

#include <stddef.h>

#include "files.h"
#include "plan.h"
#include "writer.h"

/* One element of the "plans" of status, next and validate. */
void report_status(struct writer *writer, const struct plan *plan);
void report_next(struct writer *writer, const struct plan *plan);
void report_validity(struct writer *writer, const struct plan *plan);

/* The data of show, why and graph. @files: to read the SUBPLAN's objective. */
void report_achievement(struct writer *writer, const struct plan *plan, size_t position, const struct files *files);
void report_reasons(struct writer *writer, const struct plan *plan, size_t position);
void report_graph(struct writer *writer, const struct plan *plan);

#endif
