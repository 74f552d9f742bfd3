/*
 * A program's answers about itself, as JSON.
 */
#ifndef BATCHD_PROGRAM_JSON_H
#define BATCHD_PROGRAM_JSON_H

#include "format/json_writer.h"

/* @view: struct version_view. */
void program_json_version(struct json_writer *writer, const void *view);

/* {"NAME": VALUE, "text": TEXT}. @view: struct verbatim_view. */
void program_json_verbatim(struct json_writer *writer, const void *view);

#endif
