#include "phrase.h"

#include <string.h>

#include "json.h"
#include "path.h"
#include "text.h"

void phrase_append_visible(struct buffer *text, const char *untrusted) {
    if (untrusted)
        text_append_visible(text, span_of(untrusted));
}

const char *phrase_string(const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text ? text : "";
}

bool phrase_is_null(const cJSON *object, const char *key) {
    const cJSON *member = json_get(object, key);
    return !member || cJSON_IsNull(member);
}

const cJSON *phrase_first(const cJSON *object, const char *key) {
    const cJSON *array = json_get(object, key);
    return array ? array->child : NULL;
}

size_t phrase_count(const cJSON *object, const char *key) {
    size_t count = 0;
    for (const cJSON *item = phrase_first(object, key); item; item = item->next)
        count++;
    return count;
}

void phrase_append_styled(struct buffer *text, const struct style *style, const char *sequence, const char *word) {
    if (style->has_color)
        buffer_append_format(text, "\033[%sm", sequence);
    phrase_append_visible(text, word);
    if (style->has_color)
        buffer_append_string(text, "\033[0m");
}

void phrase_append_bold(struct buffer *text, const struct style *style, const char *word) {
    phrase_append_styled(text, style, "1", word);
}

const char *phrase_plural(size_t count) {
    return count == 1 ? "" : "s";
}

void phrase_append_path(struct buffer *text, const struct style *style, const char *path) {
    struct buffer absolute = {0}, relative = {0};
    if (!path || !path[0])
        return;
    if (!style->root || !style->here || path[0] == '/') {
        phrase_append_visible(text, path);
        return;
    }
    buffer_append_format(&absolute, "%s/%s", strcmp(style->root, "/") == 0 ? "" : style->root, path);
    path_between(&relative, style->here, absolute.data);
    phrase_append_visible(text, relative.data);
    buffer_release(&absolute);
    buffer_release(&relative);
}

void phrase_append_path_line(struct buffer *text, const struct style *style, const char *label, const char *path) {
    struct buffer shown = {0};
    phrase_append_path(&shown, style, path);
    phrase_append_line(text, label, buffer_text(&shown));
    buffer_release(&shown);
}

void phrase_append_line(struct buffer *text, const char *label, const char *value) {
    if (!value || !value[0])
        return;
    buffer_append_format(text, "  %-15s ", label);
    phrase_append_visible(text, value);
    buffer_append_byte(text, '\n');
}
