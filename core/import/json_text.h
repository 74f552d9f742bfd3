/*
 * JSON values as texts: what stands in a list of tasks and has no home in a plan. Texts that are returned live as long
 * as the outline.
 */
#ifndef BATCHD_JSON_TEXT_H
#define BATCHD_JSON_TEXT_H

#include "base/buffer.h"
#include "format/json.h"
#include "import/outline.h"

/* Append a string as it is, anything else as JSON. */
void json_text_append(struct buffer *text, const cJSON *node);

/* A number as the text writes it ("9.10"), a string as it is; NULL for anything else. */
const char *json_text_token(struct outline *outline, struct json *json, const cJSON *node);

/* The text of a string, or the strings of an array as a list; NULL for anything else, and for an empty one. */
const char *json_text_prose(struct outline *outline, const cJSON *node);

/* The text of a member that is a string; NULL for anything else, and for an empty one. */
const char *json_text_member(struct outline *outline, const cJSON *object, const char *key);

/* A string or number as JSON; NULL for anything else, and for an empty string. */
const char *json_text_raw(struct outline *outline, const cJSON *node);

/* A text as JSON; NULL for NULL and for an empty one. */
const char *json_text_quote(struct outline *outline, const char *text);

/* Is there nothing in it? null, "", [], {} */
bool json_text_is_empty(const cJSON *node);

/* Where @node is in @file, for a diagnostic. */
struct outline_place json_text_place(struct outline *outline, struct json *json, const char *file, const cJSON *node);

#endif
