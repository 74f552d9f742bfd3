/*
 * JSON, read through one strict door around cJSON. A text is first scanned by the letter of RFC 8259 (and UTF-8, unique
 * keys, capped size and nesting), so cJSON only ever sees valid JSON; its tree is then built in an arena and freed with
 * it.
 *
 * Places: cJSON keeps none, so json_place finds line, column and JSON pointer of a node when a fault is reported, from
 * an index that is made on the first question.
 */
#ifndef BATCHD_JSON_H
#define BATCHD_JSON_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/diagnostics.h"
#include "base/memory.h"
#include "format/json_scanner.h"

struct json_index;

/* {0} is valid and empty. */
struct json {
    struct span text;         /* borrowed; must outlive the document */
    const cJSON *root;        /* owned by the arena */
    struct arena arena;       /* the tree, and what callers put beside it */
    struct json_index *index; /* made by json_place */
};

struct json_place {
    unsigned line, column; /* from 1; column in bytes */
    const char *pointer;   /* JSON pointer, owned by the document's arena; "" is the root */
};

/*
 * Parse @text. On failure the document is empty and @diagnostics has the fault, under @file:
 *   json.too_large  json.encoding  json.syntax  json.depth  json.duplicate_key
 * Every duplicate key is reported; of the others, the first one in the text.
 */
bool json_parse(struct json *json, struct span text, const char *file, struct diagnostics *diagnostics);
/*
 * The same for a text of our own, such as an answer, which may be larger: up to 4 GiB, where offsets end. Duplicate
 * keys are not looked for: of a large answer that took a fifth of the time.
 */
bool json_parse_ours(struct json *json, struct span text, struct diagnostics *diagnostics);
/* The same without diagnostics: false, and an empty document, if it is not JSON or empty. */
bool json_read_ours(struct json *json, struct span text);

void json_release(struct json *json);

/* For a file that was not read because of its size. Always returns false. */
bool json_report_too_large(const char *file, struct diagnostics *diagnostics);

/* The place of @node. With @is_key its key instead of its value; the pointer is the same. */
struct json_place json_place(struct json *json, const cJSON *node, bool is_key);

/* The bytes of @node, which is of the document, and of its key. */
struct json_offsets json_offsets_of(struct json *json, const cJSON *node);
/* The value as it is written in the text; borrowed from that. */
struct span json_written(struct json *json, const cJSON *node);

/* Line and column of a byte offset. */
void json_line_column(struct span text, size_t offset, unsigned *line, unsigned *column);

/* Members of an object, by the exact key. NULL if there is none, or if @object is none. */
const cJSON *json_get(const cJSON *object, const char *key);
/* NULL unless the member is a string. */
const char *json_get_string(const cJSON *object, const char *key);
/* The same, in @arena, so that it outlives the document. */
const char *json_copy_string(const cJSON *object, const char *key, struct arena *arena);
bool json_get_boolean(const cJSON *object, const char *key);
/* 0 unless the member is a number that is a whole one from 0 to 2^53. */
size_t json_get_unsigned(const cJSON *object, const char *key);
/* "a string", "an array", ... for messages */
const char *json_type_name(const cJSON *node);

#endif
