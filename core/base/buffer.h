/*
 * Buffers and spans of text: a span borrows bytes that another object owns, a buffer owns and grows them. Both may hold
 * any byte, NUL included.
 */
#ifndef BATCHD_BUFFER_H
#define BATCHD_BUFFER_H

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct span {
    const char *data;
    size_t length;
};

/* @text may be NULL, which is the empty span. */
static inline struct span span_of(const char *text) {
    return (struct span){text, text ? strlen(text) : 0};
}

/* To the byte. */
bool span_equals(struct span span, const char *text);
/* Without blanks, tabs and line ends around it. */
struct span span_trim(struct span span);

static inline bool span_starts_with(struct span span, const char *prefix) {
    size_t length = strlen(prefix);
    return length <= span.length && (length == 0 || memcmp(span.data, prefix, length) == 0);
}

/* Without its first @count bytes; empty if it has no more. */
static inline struct span span_skip(struct span span, size_t count) {
    if (count > span.length)
        count = span.length;
    return (struct span){count ? span.data + count : span.data, span.length - count};
}

/* Takes the first line off @rest, without its "\n" or "\r\n". False when nothing is left. */
bool span_next_line(struct span *rest, struct span *line);

/* {0} is a valid empty buffer. After the first append, data[length] is NUL. */
struct buffer {
    char *data;
    size_t length;
    size_t capacity;
};

void buffer_release(struct buffer *buffer);
/* Keeps the memory, forgets the content. */
void buffer_clear(struct buffer *buffer);
/* Forgets what comes after @length bytes. */
void buffer_truncate(struct buffer *buffer, size_t length);
/* Room for @more bytes after the content; the caller adds to length what it has written. */
void buffer_reserve(struct buffer *buffer, size_t more);
void buffer_append(struct buffer *buffer, const void *data, size_t length);
void buffer_append_byte(struct buffer *buffer, char byte);
void buffer_append_span(struct buffer *buffer, struct span span);
void buffer_append_string(struct buffer *buffer, const char *text);
void buffer_append_format(struct buffer *buffer, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buffer_append_arguments(struct buffer *buffer, const char *format, va_list arguments)
    __attribute__((format(printf, 2, 0)));
struct span buffer_span(const struct buffer *buffer);
/* The content as a string; "" for an empty buffer. Borrowed until the next change. */
const char *buffer_text(const struct buffer *buffer);

#endif
