/*
 * The JSON of a team: what the verb `team` answers.
 */
#ifndef BATCHD_TEAM_JSON_H
#define BATCHD_TEAM_JSON_H

#include "format/json_writer.h"

/* @view: a struct team_view. */
void team_json_write(struct json_writer *writer, const void *view);

#endif
