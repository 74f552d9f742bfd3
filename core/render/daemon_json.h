/*
 * The view of `daemon` for programs.
 */
#ifndef BATCHD_DAEMON_JSON_H
#define BATCHD_DAEMON_JSON_H

#include "format/json_writer.h"

/* @view: a struct daemon_view. Its stats are written as the daemon wrote them. */
void daemon_json_write(struct json_writer *writer, const void *view);

#endif
