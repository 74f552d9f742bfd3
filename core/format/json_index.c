#include "format/json_index.h"

#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/auto.h"
#include "format/json_scanner.h"

struct entry {
    const cJSON *node;
    const struct entry *parent;
    size_t position; /* in its parent */
    struct json_offsets offsets;
};

struct json_index {
    struct entry *entries; /* in document order */
    const struct entry **by_node;
    size_t count;
    uint32_t *line_starts; /* offset of each line */
    size_t line_count;
};

/* Recursion is bounded by JSON_DEPTH_MOST. */
static void index_children(struct json_index *index, const struct json_offsets *offsets, const struct entry *parent) {
    size_t position = 0;
    for (const cJSON *child = parent->node->child; child; child = child->next) {
        struct entry *entry = &index->entries[index->count];
        *entry = (struct entry){child, parent, position++, offsets[index->count]};
        index->count++;
        index_children(index, offsets, entry);
    }
}

static int compare_nodes(const void *a, const void *b) {
    uintptr_t left = (uintptr_t)(*(const struct entry *const *)a)->node;
    uintptr_t right = (uintptr_t)(*(const struct entry *const *)b)->node;
    return (left > right) - (left < right);
}

unsigned json_index_newlines(const char *at, const char *end) {
    unsigned count = 0;
    while (at < end && (at = memchr(at, '\n', (size_t)(end - at)))) {
        count++;
        at++;
    }
    return count;
}

static void index_lines(struct json_index *index, struct arena *arena, struct span json) {
    const char *text = json.data, *end = text + json.length;
    index->line_starts = arena_allocate(arena, json_index_newlines(text, end) + 1, sizeof *index->line_starts);
    for (const char *at = text; at; at = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL) {
        at += index->line_count > 0; /* behind the newline */
        index->line_starts[index->line_count++] = (uint32_t)(at - text);
    }
}

struct json_index *json_index_make(struct arena *arena, struct span text, const cJSON *root) {
    AUTO(json_scanner) scanner = {.text = text, .is_recording = true};
    json_scanner_run(&scanner);
    assert(scanner.found); /* the text has been scanned before: there is at least the root */
    struct json_index *index = arena_allocate(arena, 1, sizeof *index);
    index->entries = arena_allocate(arena, scanner.count, sizeof *index->entries);
    index->entries[0] = (struct entry){.node = root, .offsets = scanner.found[0]};
    index->count = 1;
    index_children(index, scanner.found, &index->entries[0]);
    index->by_node = arena_allocate(arena, index->count, sizeof *index->by_node);
    for (size_t i = 0; i < index->count; i++)
        index->by_node[i] = &index->entries[i];
    qsort(index->by_node, index->count, sizeof *index->by_node, compare_nodes);
    index_lines(index, arena, text);
    return index;
}

/* RFC 6901: "~" is written "~0", "/" is "~1". */
static void append_reference(struct buffer *pointer, const struct entry *entry) {
    if (!entry->parent)
        return;
    append_reference(pointer, entry->parent);
    buffer_append_byte(pointer, '/');
    if (!entry->node->string) {
        buffer_append_format(pointer, "%zu", entry->position);
        return;
    }
    for (const char *c = entry->node->string; *c; c++) {
        if (*c == '~')
            buffer_append_string(pointer, "~0");
        else if (*c == '/')
            buffer_append_string(pointer, "~1");
        else
            buffer_append_byte(pointer, *c);
    }
}

static void locate(const struct json_index *index, uint32_t offset, unsigned *line, unsigned *column) {
    size_t low = 0, high = index->line_count;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (index->line_starts[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    *line = (unsigned)low + 1;
    *column = offset - index->line_starts[low] + 1;
}

static const struct entry *find(const struct json_index *index, const cJSON *node) {
    const struct entry wanted = {.node = node}, *key = &wanted;
    const struct entry **found = bsearch(&key, index->by_node, index->count, sizeof *index->by_node, compare_nodes);
    return found ? *found : NULL;
}

bool json_index_find(const struct json_index *index, const cJSON *node, bool is_key, unsigned *line, unsigned *column,
                     struct buffer *pointer) {
    const struct entry *found = find(index, node);
    if (!found)
        return false;
    locate(index, is_key ? found->offsets.key : found->offsets.value, line, column);
    append_reference(pointer, found);
    return true;
}

bool json_index_extent(const struct json_index *index, const cJSON *node, struct json_offsets *offsets) {
    const struct entry *found = find(index, node);
    if (found)
        *offsets = found->offsets;
    return found;
}
