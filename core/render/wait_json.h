/*
 * A wait as JSON.
 */
#ifndef BATCHD_WAIT_JSON_H
#define BATCHD_WAIT_JSON_H

#include "format/json_writer.h"

/* @view: struct wait_view. */
void wait_json_write(struct json_writer *writer, const void *view);

#endif
