/*
 * The doctor's report as JSON. For people see doctor_text.h.
 */
#ifndef BATCHD_DOCTOR_JSON_H
#define BATCHD_DOCTOR_JSON_H

#include "format/json_writer.h"

/* @view: a struct doctor_view. */
void doctor_json_write(struct json_writer *writer, const void *view);

#endif
