/*
 * An index of the ids that a list writes, by their order: "T009" to "T012", "1.2" to "1.10".
 */
#ifndef BATCHD_ID_INDEX_H
#define BATCHD_ID_INDEX_H

#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"
#include "import/order_words.h"

struct id_entry {
    struct span id;
    size_t position; /* what the caller calls it by */
};

/* {0} is valid and empty. Spans are borrowed. */
struct id_index {
    struct id_entry *items;
    size_t count, capacity;
};

/* An empty @id is not added. */
void id_index_add(struct id_index *index, struct span id, size_t position);
/* To be called once, after the last id_index_add. Of entries with the same id the one of the lowest position stays. */
void id_index_sort(struct id_index *index);
/* The entries from @id->first to @id->last: the first one, and their number in @count. */
const struct id_entry *id_index_find(const struct id_index *index, const struct order_id *id, size_t *count);
void id_index_release(struct id_index *index);

#endif
