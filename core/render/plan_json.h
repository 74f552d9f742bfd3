/*
 * Views of plans as JSON, for programs. For people see plans_text.h.
 */
#ifndef BATCHD_PLAN_JSON_H
#define BATCHD_PLAN_JSON_H

#include "format/json_writer.h"
#include "view/plan_view.h"

/* The data of status, next and validate. @view: a struct plan_list. */
void plan_json_status(struct json_writer *writer, const void *view);
void plan_json_next(struct json_writer *writer, const void *view);
void plan_json_validate(struct json_writer *writer, const void *view);

/* The member "progress". */
void plan_json_progress(struct json_writer *writer, const struct plan_view *plan);

/* The member @key, with "critical_path" in it. */
void plan_json_hours(struct json_writer *writer, const char *key, const struct hours_view *hours);
/* The members "hours" and, beside it, "critical_path". */
void plan_json_all_hours(struct json_writer *writer, const struct hours_view *hours);

#endif
