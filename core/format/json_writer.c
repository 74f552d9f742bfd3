#include "format/json_writer.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include "base/text.h"

/* The comma between items. */
static void separate(struct json_writer *writer) {
    if (writer->has_items[writer->depth])
        buffer_append_byte(writer->buffer, ',');
    writer->has_items[writer->depth] = true;
}

static void before_value(struct json_writer *writer) {
    if (writer->is_after_key) {
        writer->is_after_key = false;
        return;
    }
    assert(writer->brackets[writer->depth] != '}');
    separate(writer);
}

static void open(struct json_writer *writer, char opening, char closing) {
    before_value(writer);
    buffer_append_byte(writer->buffer, opening);
    assert(writer->depth < JSON_WRITER_DEPTH_MOST);
    writer->has_items[++writer->depth] = false;
    writer->brackets[writer->depth] = closing;
}

static void close(struct json_writer *writer, char bracket) {
    assert(writer->depth > 0 && !writer->is_after_key && writer->brackets[writer->depth] == bracket);
    writer->depth--;
    buffer_append_byte(writer->buffer, bracket);
}

void json_writer_open_object(struct json_writer *writer) {
    open(writer, '{', '}');
}

void json_writer_close_object(struct json_writer *writer) {
    close(writer, '}');
}

void json_writer_open_array(struct json_writer *writer) {
    open(writer, '[', ']');
}

void json_writer_close_array(struct json_writer *writer) {
    close(writer, ']');
}

/* Bytes that are written as they are, or as text_append_escaped writes them. */
static size_t simple_length(struct span text) {
    size_t length = 0;
    for (char byte; length < text.length; length++) {
        byte = text.data[length];
        if (byte == '"' || byte == '\\' || byte == '\n' || byte == '\t' || byte == '\r')
            break;
    }
    return length;
}

static void append_quoted(struct buffer *buffer, struct span text) {
    buffer_append_byte(buffer, '"');
    for (;;) {
        size_t simple = simple_length(text);
        text_append_escaped(buffer, (struct span){text.data, simple});
        text = span_skip(text, simple);
        if (text.length == 0)
            break;
        char byte = text.data[0];
        if (byte == '"' || byte == '\\')
            buffer_append_format(buffer, "\\%c", byte);
        else
            buffer_append_string(buffer, byte == '\n' ? "\\n" : byte == '\t' ? "\\t" : "\\u000d");
        text = span_skip(text, 1);
    }
    buffer_append_byte(buffer, '"');
}

void json_writer_key(struct json_writer *writer, const char *key) {
    assert(writer->brackets[writer->depth] == '}' && !writer->is_after_key);
    separate(writer);
    append_quoted(writer->buffer, span_of(key));
    buffer_append_byte(writer->buffer, ':');
    writer->is_after_key = true;
}

void json_writer_span(struct json_writer *writer, struct span text) {
    before_value(writer);
    append_quoted(writer->buffer, text);
}

void json_writer_string(struct json_writer *writer, const char *text) {
    if (text)
        json_writer_span(writer, span_of(text));
    else
        json_writer_null(writer);
}

void json_writer_number(struct json_writer *writer, double number) {
    before_value(writer);
    if (isfinite(number))
        buffer_append_format(writer->buffer, "%.10g", number);
    else
        buffer_append_string(writer->buffer, "null");
}

void json_writer_unsigned(struct json_writer *writer, uint64_t number) {
    before_value(writer);
    buffer_append_format(writer->buffer, "%llu", (unsigned long long)number);
}

void json_writer_boolean(struct json_writer *writer, bool value) {
    before_value(writer);
    buffer_append_string(writer->buffer, value ? "true" : "false");
}

void json_writer_null(struct json_writer *writer) {
    before_value(writer);
    buffer_append_string(writer->buffer, "null");
}

void json_writer_raw(struct json_writer *writer, struct span json) {
    before_value(writer);
    buffer_append_span(writer->buffer, json);
}

void json_writer_key_string(struct json_writer *writer, const char *key, const char *text) {
    json_writer_key(writer, key);
    json_writer_string(writer, text);
}

void json_writer_key_unsigned(struct json_writer *writer, const char *key, uint64_t number) {
    json_writer_key(writer, key);
    json_writer_unsigned(writer, number);
}

void json_writer_key_boolean(struct json_writer *writer, const char *key, bool value) {
    json_writer_key(writer, key);
    json_writer_boolean(writer, value);
}

void json_writer_key_number(struct json_writer *writer, const char *key, double number) {
    json_writer_key(writer, key);
    json_writer_number(writer, number);
}

void json_writer_key_null(struct json_writer *writer, const char *key) {
    json_writer_key(writer, key);
    json_writer_null(writer);
}

void json_writer_key_array(struct json_writer *writer, const char *key) {
    json_writer_key(writer, key);
    json_writer_open_array(writer);
}

void json_writer_key_object(struct json_writer *writer, const char *key) {
    json_writer_key(writer, key);
    json_writer_open_object(writer);
}
