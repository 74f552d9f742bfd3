#include "format/text_edits.h"

#include <string.h>

#include "base/auto.h"

enum { CONTEXT_LINES = 3 };

void text_edits_release(struct text_edits *edits) {
    memory_free(edits->items);
    arena_release(&edits->arena);
    *edits = (struct text_edits){0};
}

void text_edits_add(struct text_edits *edits, size_t offset, size_t length, struct span text) {
    const char *copy = arena_copy(&edits->arena, text.data ? text.data : "", text.length);
    LIST_ADD(edits->items, edits->count, edits->capacity);
    size_t position = edits->count - 1;
    for (; position && edits->items[position - 1].offset > offset; position--)
        edits->items[position] = edits->items[position - 1];
    edits->items[position] = (struct text_edit){offset, length, {copy, text.length}};
}

/* Appends the bytes of @old from @start to @end, with the edits made that lie there. */
static void append_edited(struct buffer *text, const struct text_edit *edits, size_t count, struct span old,
                          size_t start, size_t end) {
    for (size_t i = 0; i < count; i++) {
        buffer_append(text, old.data + start, edits[i].offset - start);
        buffer_append_span(text, edits[i].text);
        start = edits[i].offset + edits[i].length;
    }
    buffer_append(text, old.data + start, end - start);
}

void text_edits_apply(struct buffer *text, const struct text_edits *edits, struct span old) {
    append_edited(text, edits->items, edits->count, old, 0, old.length);
}

/* --- the diff --- */

static size_t line_start(struct span text, size_t offset) {
    while (offset && text.data[offset - 1] != '\n')
        offset--;
    return offset;
}

/* Behind the line that the byte at @offset is in. */
static size_t line_end(struct span text, size_t offset) {
    const char *newline = offset < text.length ? memchr(text.data + offset, '\n', text.length - offset) : NULL;
    return newline ? (size_t)(newline + 1 - text.data) : text.length;
}

static size_t count_lines(struct span text) {
    size_t count = text.length && text.data[text.length - 1] != '\n';
    for (size_t i = 0; i < text.length; i++)
        count += text.data[i] == '\n';
    return count;
}

static void append_lines(struct buffer *diff, char mark, struct span text) {
    for (size_t end; text.length; text = span_skip(text, end)) {
        end = line_end(text, 0);
        buffer_append_byte(diff, mark);
        buffer_append(diff, text.data, end);
        if (text.data[end - 1] != '\n')
            buffer_append_string(diff, "\n\\ No newline at end of file\n");
    }
}

/* Whole lines that change together: those of edits in the same lines. */
struct change {
    size_t start, end;   /* in the old text */
    size_t first, count; /* of its edits */
};

static struct change change_at(const struct text_edits *edits, struct span old, size_t first) {
    const struct text_edit *edit = &edits->items[first];
    struct change change = {line_start(old, edit->offset), line_end(old, edit->offset + edit->length), first, 1};
    while (first + change.count < edits->count && edits->items[first + change.count].offset < change.end) {
        edit = &edits->items[first + change.count++];
        change.end = line_end(old, edit->offset + edit->length);
    }
    return change;
}

static size_t lines_before(struct span old, size_t offset, size_t least) {
    for (int i = 0; i < CONTEXT_LINES && offset > least; i++)
        offset = line_start(old, offset - 1);
    return offset < least ? least : offset;
}

static size_t lines_behind(struct span old, size_t offset) {
    for (int i = 0; i < CONTEXT_LINES; i++)
        offset = line_end(old, offset);
    return offset;
}

static struct span part_of(struct span text, size_t start, size_t end) {
    return (struct span){text.data + start, end - start};
}

/* One hunk from @start; its changes begin with that of the edit @first. Returns the edit after it; @end is its end. */
static size_t append_hunk(struct buffer *diff, const struct text_edits *edits, struct span old, size_t first,
                          size_t least, size_t *end, long *growth) {
    AUTO(buffer) body = {0};
    struct change change = change_at(edits, old, first);
    size_t start = lines_before(old, change.start, least), at = start, new_lines = 0;
    for (;;) {
        AUTO(buffer) text = {0};
        append_lines(&body, ' ', part_of(old, at, change.start));
        append_lines(&body, '-', part_of(old, change.start, change.end));
        append_edited(&text, edits->items + change.first, change.count, old, change.start, change.end);
        append_lines(&body, '+', buffer_span(&text));
        new_lines += count_lines(part_of(old, at, change.start)) + count_lines(buffer_span(&text));
        at = change.end;
        first = change.first + change.count;
        if (first == edits->count)
            break;
        struct change next = change_at(edits, old, first);
        if (lines_before(old, next.start, at) > lines_behind(old, at))
            break;
        change = next;
    }
    *end = lines_behind(old, at);
    append_lines(&body, ' ', part_of(old, at, *end));
    new_lines += count_lines(part_of(old, at, *end));
    size_t old_lines = count_lines(part_of(old, start, *end)), line = count_lines(part_of(old, 0, start)) + 1;
    buffer_append_format(diff, "@@ -%zu,%zu +%zu,%zu @@\n", line, old_lines, (size_t)((long)line + *growth), new_lines);
    buffer_append_span(diff, buffer_span(&body));
    *growth += (long)new_lines - (long)old_lines;
    return first;
}

void text_edits_diff(struct buffer *diff, const struct text_edits *edits, struct span old, const char *path) {
    size_t end = 0;
    long growth = 0;
    if (edits->count)
        buffer_append_format(diff, "--- a/%s\n+++ b/%s\n", path, path);
    for (size_t i = 0; i < edits->count;)
        i = append_hunk(diff, edits, old, i, end, &end, &growth);
}
