#include "import/json_text.h"

#include <string.h>

#include "base/auto.h"
#include "base/buffer.h"
#include "base/text.h"
#include "format/json_writer.h"

static void write_value(struct json_writer *writer, const cJSON *node) {
    if (cJSON_IsObject(node)) {
        json_writer_open_object(writer);
        for (const cJSON *child = node->child; child; child = child->next) {
            json_writer_key(writer, child->string);
            write_value(writer, child);
        }
        json_writer_close_object(writer);
    } else if (cJSON_IsArray(node)) {
        json_writer_open_array(writer);
        for (const cJSON *child = node->child; child; child = child->next)
            write_value(writer, child);
        json_writer_close_array(writer);
    } else if (cJSON_IsString(node)) {
        json_writer_string(writer, node->valuestring);
    } else if (cJSON_IsNumber(node)) {
        json_writer_number(writer, node->valuedouble);
    } else if (cJSON_IsNull(node)) {
        json_writer_null(writer);
    } else {
        json_writer_boolean(writer, cJSON_IsTrue(node));
    }
}

void json_text_append(struct buffer *text, const cJSON *node) {
    struct json_writer writer = {.buffer = text};
    if (cJSON_IsString(node))
        buffer_append_string(text, node->valuestring);
    else
        write_value(&writer, node);
}

const char *json_text_token(struct outline *outline, struct json *json, const cJSON *node) {
    if (cJSON_IsString(node))
        return outline_copy(outline, span_of(node->valuestring));
    return cJSON_IsNumber(node) ? outline_copy(outline, json_written(json, node)) : NULL;
}

const char *json_text_prose(struct outline *outline, const cJSON *node) {
    struct buffer list = {0};
    if (cJSON_IsString(node))
        return span_trim(span_of(node->valuestring)).length ? outline_copy(outline, span_of(node->valuestring)) : NULL;
    for (const cJSON *item = cJSON_IsArray(node) ? node->child : NULL; item; item = item->next) {
        if (!cJSON_IsString(item)) {
            buffer_release(&list);
            return NULL;
        }
        buffer_append_string(&list, "- ");
        text_append_visible(&list, span_of(item->valuestring));
        buffer_append_byte(&list, '\n');
    }
    return outline_take(outline, &list);
}

bool json_text_is_empty(const cJSON *node) {
    bool is_blank = cJSON_IsString(node) && span_trim(span_of(node->valuestring)).length == 0;
    return cJSON_IsNull(node) || is_blank || ((cJSON_IsArray(node) || cJSON_IsObject(node)) && !node->child);
}

const char *json_text_member(struct outline *outline, const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text && *text ? outline_copy(outline, span_of(text)) : NULL;
}

const char *json_text_raw(struct outline *outline, const cJSON *node) {
    struct buffer text = {0};
    struct json_writer writer = {.buffer = &text};
    if (!cJSON_IsNumber(node) && !(cJSON_IsString(node) && node->valuestring[0]))
        return NULL;
    write_value(&writer, node);
    return outline_take(outline, &text);
}

const char *json_text_quote(struct outline *outline, const char *text) {
    struct buffer quoted = {0};
    struct json_writer writer = {.buffer = &quoted};
    if (!text || !*text)
        return NULL;
    json_writer_string(&writer, text);
    return outline_take(outline, &quoted);
}

struct outline_place json_text_place(struct outline *outline, struct json *json, const char *file, const cJSON *node) {
    struct json_place place = json_place(json, node, false);
    return (struct outline_place){file, place.line, place.column, outline_copy(outline, span_of(place.pointer))};
}
