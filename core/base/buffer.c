#include "base/buffer.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

bool span_equals(struct span span, const char *text) {
    return strlen(text) == span.length && (span.length == 0 || memcmp(span.data, text, span.length) == 0);
}

static bool is_blank(char byte) {
    return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n';
}

struct span span_trim(struct span span) {
    while (span.length && is_blank(span.data[0]))
        span = span_skip(span, 1);
    while (span.length && is_blank(span.data[span.length - 1]))
        span.length--;
    return span;
}

bool span_next_line(struct span *rest, struct span *line) {
    if (rest->length == 0)
        return false;
    const char *end = memchr(rest->data, '\n', rest->length);
    size_t length = end ? (size_t)(end - rest->data) : rest->length;
    *line = (struct span){rest->data, length};
    if (line->length && line->data[line->length - 1] == '\r')
        line->length--;
    *rest = span_skip(*rest, end ? length + 1 : length);
    return true;
}

void buffer_release(struct buffer *buffer) {
    memory_free(buffer->data);
    *buffer = (struct buffer){0};
}

void buffer_clear(struct buffer *buffer) {
    buffer_truncate(buffer, 0);
}

void buffer_truncate(struct buffer *buffer, size_t length) {
    buffer->length = length;
    if (buffer->data)
        buffer->data[length] = '\0';
}

void buffer_reserve(struct buffer *buffer, size_t more) {
    buffer->data = memory_grow(buffer->data, &buffer->capacity, buffer->length + more + 1, 1);
}

void buffer_append(struct buffer *buffer, const void *data, size_t length) {
    buffer_reserve(buffer, length);
    if (length)
        memcpy(buffer->data + buffer->length, data, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_byte(struct buffer *buffer, char byte) {
    buffer_append(buffer, &byte, 1);
}

void buffer_append_span(struct buffer *buffer, struct span span) {
    buffer_append(buffer, span.data, span.length);
}

void buffer_append_string(struct buffer *buffer, const char *text) {
    buffer_append(buffer, text, strlen(text));
}

/* Nearly always there is room enough, which saves to format it twice. */
void buffer_append_arguments(struct buffer *buffer, const char *format, va_list arguments) {
    enum { USUAL_BYTES = 60 };
    va_list again;
    buffer_reserve(buffer, USUAL_BYTES);
    size_t room = buffer->capacity - buffer->length;
    va_copy(again, arguments);
    int length = vsnprintf(buffer->data + buffer->length, room, format, again);
    va_end(again);
    if (length > 0 && (size_t)length >= room) {
        buffer_reserve(buffer, (size_t)length);
        vsnprintf(buffer->data + buffer->length, (size_t)length + 1, format, arguments);
    }
    buffer->length += length > 0 ? (size_t)length : 0;
    buffer->data[buffer->length] = '\0';
}

void buffer_append_format(struct buffer *buffer, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    buffer_append_arguments(buffer, format, arguments);
    va_end(arguments);
}

struct span buffer_span(const struct buffer *buffer) {
    return (struct span){buffer->data, buffer->length};
}

const char *buffer_text(const struct buffer *buffer) {
    return buffer->data ? buffer->data : "";
}
