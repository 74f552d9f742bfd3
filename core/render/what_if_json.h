/*
 * What-if as JSON. For people see what_if_text.h.
 */
#ifndef BATCHD_WHAT_IF_JSON_H
#define BATCHD_WHAT_IF_JSON_H

#include "format/json_writer.h"

/* @view: a struct what_if_view. */
void what_if_json_write(struct json_writer *writer, const void *view);

#endif
