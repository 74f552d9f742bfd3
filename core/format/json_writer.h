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

enum { WRITER_DEPTH_MOST = 32 };

/* {.buffer = &b} is a valid writer at the start of a document. */
struct writer {
    struct buffer *buffer; /* borrowed */
    unsigned depth;
    bool has_items[WRITER_DEPTH_MOST + 1];
    char brackets[WRITER_DEPTH_MOST + 1]; /* what closes each depth */
    bool is_after_key;
};

void writer_open_object(struct writer *writer);
void writer_close_object(struct writer *writer);
void writer_open_array(struct writer *writer);
void writer_close_array(struct writer *writer);
/* @key is a constant of ours. The next call writes its value. */
void writer_key(struct writer *writer, const char *key);
/* NULL writes null. Bytes that are no UTF-8 become U+FFFD. */
void writer_string(struct writer *writer, const char *text);
void writer_span(struct writer *writer, struct span text);
void writer_number(struct writer *writer, double number);
void writer_unsigned(struct writer *writer, uint64_t number);
void writer_boolean(struct writer *writer, bool value);
void writer_null(struct writer *writer);
/* A value that is JSON already. */
void writer_raw(struct writer *writer, struct span json);

/* key and value at once */
void writer_key_string(struct writer *writer, const char *key, const char *text);
void writer_key_unsigned(struct writer *writer, const char *key, uint64_t number);
void writer_key_boolean(struct writer *writer, const char *key, bool value);
void writer_key_number(struct writer *writer, const char *key, double number);
void writer_key_null(struct writer *writer, const char *key);
void writer_key_array(struct writer *writer, const char *key);
void writer_key_object(struct writer *writer, const char *key);

#endif
