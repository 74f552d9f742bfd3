#include "import/id_index.h"

#include <stdlib.h>

#include "base/memory.h"

void id_index_release(struct id_index *index) {
    memory_free(index->items);
    *index = (struct id_index){0};
}

void id_index_add(struct id_index *index, struct span id, size_t position) {
    if (id.length)
        *LIST_ADD(index->items, index->count, index->capacity) = (struct id_entry){id, position};
}

static int compare_entries(const void *a, const void *b) {
    const struct id_entry *left = a, *right = b;
    int order = order_words_compare(left->id, right->id);
    return order ? order : (left->position > right->position) - (left->position < right->position);
}

void id_index_sort(struct id_index *index) {
    size_t kept = 0;
    if (index->count)
        qsort(index->items, index->count, sizeof *index->items, compare_entries);
    for (size_t i = 0; i < index->count; i++)
        if (kept == 0 || order_words_compare(index->items[kept - 1].id, index->items[i].id) != 0)
            index->items[kept++] = index->items[i];
    index->count = kept;
}

/* Position of the first entry whose id is not before @id; with @is_behind of the first one behind it. */
static size_t bound(const struct id_index *index, struct span id, bool is_behind) {
    size_t low = 0, high = index->count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = order_words_compare(index->items[middle].id, id);
        if (order < 0 || (is_behind && order == 0))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct id_entry *id_index_find(const struct id_index *index, const struct order_id *id, size_t *count) {
    size_t first = bound(index, id->first, false), end = bound(index, id->last, true);
    *count = end > first ? end - first : 0;
    return *count ? &index->items[first] : NULL;
}
