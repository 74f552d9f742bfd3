/*
 * Help as JSON: each option once, with the commands that take it.
 */
#ifndef BATCHD_HELP_JSON_H
#define BATCHD_HELP_JSON_H

#include "format/json_writer.h"

/* @view: struct help_view. */
void help_json_write(struct json_writer *writer, const void *view);

#endif
