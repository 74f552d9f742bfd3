#include "render/styled_text.h"

#include <string.h>

#include "base/columns.h"
#include "base/memory.h"
#include "base/path.h"
#include "base/text.h"
#include "render/symbol.h"

void styled_text_append_visible(struct buffer *text, const char *untrusted) {
    if (untrusted)
        text_append_visible(text, span_of(untrusted));
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

void styled_text_append_bar(struct buffer *text, const struct style *style, size_t done, size_t total, size_t width) {
    size_t filled = total ? done * width / total : 0;
    for (size_t i = 0; i < width; i++)
        buffer_append_string(text, symbol_text(style, i < filled ? "█" : "░"));
}

/* The path as it opens from the working directory; as it is where that is unknown. "." is the workspace. */
static void append_opening(struct buffer *text, const struct style *style, const char *path) {
    struct buffer absolute = {0};
    path += strcmp(path, ".") == 0;
    if (!style->workspace || !style->cwd || path[0] == '/') {
        buffer_append_string(text, path);
        return;
    }
    buffer_append_format(&absolute, "%s/%s", strcmp(style->workspace, "/") == 0 ? "" : style->workspace, path);
    path_between(text, style->cwd, absolute.data);
    buffer_release(&absolute);
}

void styled_text_append_path(struct buffer *text, const struct style *style, const char *path) {
    struct buffer opening = {0};
    if (!path || !path[0])
        return;
    append_opening(&opening, style, path);
    styled_text_append_visible(text, opening.data);
    buffer_release(&opening);
}

static bool begins_path(char before) {
    return strchr(" '\"(", before);
}

/* The length of the path at @word, of a file in the same folder of the workspace as @path; 0 if there is none. */
static size_t path_length(const char *word, const char *path, char before) {
    size_t folder = strcspn(path, "/"), whole = strlen(path);
    const char *ends = before == '\'' ? "'" : before == '"' ? "\"" : " ,:;)'\"";
    if (strncmp(word, path, folder) != 0)
        return 0;
    if (strncmp(word, path, whole) == 0 && (!word[whole] || strchr(ends, word[whole])))
        return whole;
    return word[folder] == '/' ? folder + strcspn(word + folder, ends) : 0;
}

bool styled_text_names(const char *words, const char *path) {
    for (char before = ' '; *words; before = *words++)
        if (begins_path(before) && strncmp(words, path, strlen(path)) == 0 &&
            path_length(words, path, before) == strlen(path))
            return true;
    return false;
}

/* A path within words, which may be a command for a shell: quoted for it, unless it is in a person's quotes. */
static void append_path_word(struct buffer *text, const struct style *style, const char *path, char before) {
    struct buffer opening = {0};
    append_opening(&opening, style, path);
    if (before == '"')
        styled_text_append_visible(text, opening.data);
    else
        text_append_shell_word(text, opening.data);
    buffer_release(&opening);
}

void styled_text_append_about(struct buffer *text, const struct style *style, const char *words, const char *file) {
    struct arena arena = {0};
    const char *path = file && file[0] && file[0] != '/' ? file : NULL;
    for (char before = ' '; *words; before = *words++) {
        bool may_begin = style->workspace && begins_path(before),
             is_root = may_begin && path && strncmp(words, "./", 2) == 0;
        size_t length = may_begin && path ? path_length(words, is_root ? "./" : path, before) : 0;
        if (!length && may_begin && style->state)
            length = path_length(words, style->state, before);
        if (!length) {
            buffer_append_byte(text, *words);
            continue;
        }
        bool is_quoted = before == '\'' && words[length] == '\'';
        text->length -= is_quoted; /* the quotes are made anew */
        append_path_word(text, style, arena_copy(&arena, words, length) + (is_root ? 2 : 0), before);
        words += length - !is_quoted;
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

void styled_text_append_shown(struct buffer *shown, struct span text) {
    while (text.length) {
        size_t color = columns_color_length(text);
        const char *escape = memchr(text.data + !color, '\033', text.length - !color);
        size_t length = color ? color : escape ? (size_t)(escape - text.data) : text.length;
        if (color)
            buffer_append(shown, text.data, length);
        else
            text_append_shown(shown, (struct span){text.data, length});
        text = span_skip(text, length);
    }
}
