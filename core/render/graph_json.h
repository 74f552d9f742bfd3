/*
 * The graph of a plan as JSON. Its pictures, and the tree for people, are in core/picture.
 */
#ifndef BATCHD_GRAPH_JSON_H
#define BATCHD_GRAPH_JSON_H

#include "format/json_writer.h"

/* @view: a struct graph_view. */
void graph_json_write(struct json_writer *writer, const void *view);

#endif
