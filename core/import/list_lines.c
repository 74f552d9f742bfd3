#include "import/list_lines.h"

#include <string.h>

#include "base/auto.h"
#include "base/memory.h"
#include "base/text.h"

void list_lines_release(struct list_lines *lines) {
    memory_free(lines->items);
    *lines = (struct list_lines){0};
}

/* What is open at the end of a line. */
struct open {
    char fence; /* '`', '~' or '\0' */
    size_t length;
    bool is_comment;
};

static size_t run_of(struct span text, char byte) {
    size_t length = 0;
    while (length < text.length && text.data[length] == byte)
        length++;
    return length;
}

static bool contains(struct span text, const char *part) {
    return memmem(text.data, text.length, part, strlen(part)) != NULL;
}

/* Is the line in code or in a comment? */
static bool take_code(struct open *open, struct span line) {
    struct span rest = span_trim(line);
    char mark = rest.length ? rest.data[0] : '\0';
    size_t length = mark == '`' || mark == '~' ? run_of(rest, mark) : 0;
    if (open->fence) {
        if (mark == open->fence && length >= open->length && length == rest.length)
            open->fence = '\0';
        return true;
    }
    if (open->is_comment) {
        open->is_comment = !contains(line, "-->");
        return true;
    }
    if (length >= 3) {
        *open = (struct open){mark, length, false};
        return true;
    }
    if (!span_starts_with(rest, "<!--"))
        return false;
    open->is_comment = !contains(line, "-->");
    return true;
}

static void take_heading(struct list_line *line) {
    size_t signs = run_of(line->text, '#');
    struct span title = span_skip(line->text, signs);
    if (signs == 0 || signs > 6 || (title.length && title.data[0] != ' ' && title.data[0] != '\t'))
        return;
    line->level = (unsigned)signs;
    line->heading = span_trim(title);
}

static bool is_empty(struct span line) {
    struct span rest = span_trim(line);
    return rest.length == 0 ||
           (rest.length >= 3 && text_is_one_of(rest.data[0], "-*_") && run_of(rest, rest.data[0]) == rest.length);
}

void list_lines_read(struct list_lines *lines, struct span text) {
    struct open open = {0};
    for (struct span line; span_next_line(&text, &line);) {
        struct list_line *item = LIST_ADD(lines->items, lines->count, lines->capacity);
        *item = (struct list_line){.text = line};
        while (item->text.length && text_is_one_of(item->text.data[item->text.length - 1], " \t\r"))
            item->text.length--;
        item->is_code = take_code(&open, item->text);
        item->is_empty = !item->is_code && is_empty(item->text);
        if (!item->is_code)
            take_heading(item);
    }
}

void list_lines_append(struct buffer *text, const struct list_lines *lines, size_t first, size_t end) {
    while (first < end && lines->items[first].is_empty)
        first++;
    while (first < end && lines->items[end - 1].is_empty)
        end--;
    for (size_t i = first; i < end; i++) {
        buffer_append_span(text, lines->items[i].text);
        buffer_append_byte(text, '\n');
    }
}

void list_lines_quote(struct outline *outline, const struct list_lines *lines, size_t first, size_t end) {
    AUTO(buffer) text = {0};
    const struct list_line *heading = first ? &lines->items[first - 1] : NULL;
    list_lines_append(&text, lines, first, end);
    const char *label = heading && heading->level ? outline_copy(outline, heading->heading) : "Text before the list";
    if (text.length || (heading && heading->level))
        outline_append_note(&outline->notes, label, buffer_span(&text));
}
