/*
 * Writes JSON into a buffer, value by value, and puts the commas. Every answer of the programs is written through it,
 * so the same values give the same bytes wherever they are written. Nesting mistakes are bugs of ours and assert.
 */
#ifndef BATCHD_JSON_WRITER_H
#define BATCHD_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

enum { JSON_WRITER_DEPTH_MOST = 32 };

/* {.buffer = &b} is a valid writer at the start of a document. */
struct json_writer {
    struct buffer *buffer; /* borrowed */
    unsigned depth;
    bool has_items[JSON_WRITER_DEPTH_MOST + 1];
    char brackets[JSON_WRITER_DEPTH_MOST + 1]; /* what closes each depth */
    bool is_after_key;
};

/* Begin and end a value, which is an element, or what belongs to the last key. Commas are written as they are due. */
void json_writer_open_object(struct json_writer *writer);
void json_writer_close_object(struct json_writer *writer);
void json_writer_open_array(struct json_writer *writer);
void json_writer_close_array(struct json_writer *writer);
/* @key is a constant of ours. The next call writes its value. */
void json_writer_key(struct json_writer *writer, const char *key);
/* NULL writes null. Bytes that are no UTF-8 become U+FFFD. */
void json_writer_string(struct json_writer *writer, const char *text);
void json_writer_span(struct json_writer *writer, struct span text);
void json_writer_number(struct json_writer *writer, double number);
void json_writer_unsigned(struct json_writer *writer, uint64_t number);
void json_writer_boolean(struct json_writer *writer, bool value);
void json_writer_null(struct json_writer *writer);
/* A value that is JSON already. */
void json_writer_raw(struct json_writer *writer, struct span json);

/* key and value at once */
void json_writer_key_string(struct json_writer *writer, const char *key, const char *text);
void json_writer_key_unsigned(struct json_writer *writer, const char *key, uint64_t number);
void json_writer_key_boolean(struct json_writer *writer, const char *key, bool value);
void json_writer_key_number(struct json_writer *writer, const char *key, double number);
void json_writer_key_null(struct json_writer *writer, const char *key);
void json_writer_key_array(struct json_writer *writer, const char *key);
void json_writer_key_object(struct json_writer *writer, const char *key);

#endif
