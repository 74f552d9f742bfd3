/*
 * Where each node of a JSON document is in its text. cJSON keeps no places, so the text is scanned once more: values
 * are met in the same order as the nodes of the tree.
 */
#ifndef BATCHD_JSON_INDEX_H
#define BATCHD_JSON_INDEX_H

#include <cjson/cJSON.h>
#include <stdbool.h>

#include "base/buffer.h"
#include "base/memory.h"
#include "format/json_scanner.h"

struct json_index;

/* @text is valid JSON, and @root the tree made of it. The index lives in @arena and refers to both. */
struct json_index *json_index_make(struct arena *arena, struct span text, const cJSON *root);

/*
 * Line and column of @node, or with @is_key of its key, both from 1, the column in bytes; its JSON pointer (RFC 6901)
 * is appended to @pointer. False if the node is not of this document.
 */
bool json_index_find(const struct json_index *index, const cJSON *node, bool is_key, unsigned *line, unsigned *column,
                     struct buffer *pointer);

/* The bytes of @node and of its key. False if the node is not of this document. */
bool json_index_extent(const struct json_index *index, const cJSON *node, struct json_offsets *offsets);

/* The number of newlines from @at to @end. */
unsigned json_index_newlines(const char *at, const char *end);

#endif
