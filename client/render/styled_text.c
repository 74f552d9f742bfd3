#include "render/styled_text.h"

#include <string.h>

#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "format/json.h"

void styled_text_append_visible(struct buffer *text, const char *untrusted) {
    if (untrusted)
        text_append_visible(text, span_of(untrusted));
}

const char *styled_text_string(const cJSON *object, const char *key) {
    const char *text = json_get_string(object, key);
    return text ? text : "";
}

bool styled_text_is_null(const cJSON *object, const char *key) {
    const cJSON *member = json_get(object, key);
    return !member || cJSON_IsNull(member);
}

const cJSON *styled_text_first(const cJSON *object, const char *key) {
    const cJSON *array = json_get(object, key);
    return array ? array->child : NULL;
}

size_t styled_text_count(const cJSON *object, const char *key) {
    size_t count = 0;
    for (const cJSON *item = styled_text_first(object, key); item; item = item->next)
        count++;
    return count;
}

void styled_text_append_styled(struct buffer *text, const struct style *style, const char *sequence, const char *word) {
    if (style->has_color)
        buffer_append_format(text, "\033[%sm", sequence);
    styled_text_append_visible(text, word);
    if (style->has_color)
        buffer_append_string(text, "\033[0m");
}

void styled_text_append_bold(struct buffer *text, const struct style *style, const char *word) {
    styled_text_append_styled(text, style, "1", word);
}

const char *styled_text_plural(size_t count) {
    return count == 1 ? "" : "s";
}

void styled_text_append_path(struct buffer *text, const struct style *style, const char *path) {
    struct buffer absolute = {0}, relative = {0};
    if (!path || !path[0])
        return;
    if (!style->root || !style->here || path[0] == '/') {
        styled_text_append_visible(text, path);
        return;
    }
    buffer_append_format(&absolute, "%s/%s", strcmp(style->root, "/") == 0 ? "" : style->root, path);
    path_between(&relative, style->here, absolute.data);
    styled_text_append_visible(text, relative.data);
    buffer_release(&absolute);
    buffer_release(&relative);
}

/* The length of the path at @word, of a file in the same folder of the workspace as @path; 0 if there is none. */
static size_t path_length(const char *word, const char *path, char before) {
    size_t folder = strcspn(path, "/"), whole = strlen(path);
    const char *ends = before == '\'' ? "'" : before == '"' ? "\"" : " ,;)'\"";
    if (strncmp(word, "./", 2) == 0)
        return 2 + strcspn(word + 2, ends);
    if (strncmp(word, path, folder) != 0)
        return 0;
    if (word[folder] == '/')
        return folder + strcspn(word + folder, ends);
    return strncmp(word, path, whole) == 0 && (!word[whole] || strchr(ends, word[whole])) ? whole : 0;
}

void styled_text_append_about(struct buffer *text, const struct style *style, const char *words, const char *path) {
    struct arena arena = {0};
    for (char before = ' '; *words; before = *words++) {
        bool may_begin = path && path[0] && path[0] != '/' && strchr(" '\"(", before);
        size_t length = may_begin ? path_length(words, path, before) : 0;
        if (length) {
            const char *found = arena_copy(&arena, words, length);
            styled_text_append_path(text, style, style->root && strncmp(found, "./", 2) == 0 ? found + 2 : found);
            words += length - 1;
        } else {
            buffer_append_byte(text, *words);
        }
    }
    arena_release(&arena);
}

void styled_text_append_path_line(struct buffer *text, const struct style *style, const char *label, const char *path) {
    struct buffer shown = {0};
    styled_text_append_path(&shown, style, path);
    styled_text_append_line(text, label, buffer_text(&shown));
    buffer_release(&shown);
}

void styled_text_append_line(struct buffer *text, const char *label, const char *value) {
    if (!value || !value[0])
        return;
    buffer_append_format(text, "  %-15s ", label);
    styled_text_append_visible(text, value);
    buffer_append_byte(text, '\n');
}
