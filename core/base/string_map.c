#include "base/string_map.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

enum { SLOTS_FIRST = 8 };

/* Open addressing: a key is in the first free slot from that of its hash on, so that one which is missing ends there.
 */
struct string_slot {
    const char *key; /* NULL: free */
    uint32_t hash;
    uint32_t position;
};

static uint32_t hash_of(struct span key) { /* FNV-1a */
    uint32_t hash = 2166136261u;
    for (size_t i = 0; i < key.length; i++)
        hash = (hash ^ (unsigned char)key.data[i]) * 16777619u;
    return hash;
}

/* The slot of the key, or the free one where it belongs. */
static struct string_slot *find_slot(const struct string_map *index, struct span key, uint32_t hash) {
    for (uint32_t i = hash;; i++) {
        struct string_slot *slot = &index->slots[i & (index->slot_count - 1)];
        if (!slot->key || (slot->hash == hash && span_equals(key, slot->key)))
            return slot;
    }
}

/* At most seven slots of eight are taken. */
static void make_room(struct string_map *index) {
    struct string_map larger = {.count = index->count};
    if (index->count < index->slot_count / 8 * 7)
        return;
    if (index->slot_count > UINT32_MAX / 2)
        abort();
    larger.slot_count = index->slot_count ? index->slot_count * 2 : SLOTS_FIRST;
    larger.slots = memory_allocate(larger.slot_count, sizeof *larger.slots);
    for (uint32_t i = 0; i < index->slot_count; i++)
        if (index->slots[i].key)
            *find_slot(&larger, span_of(index->slots[i].key), index->slots[i].hash) = index->slots[i];
    memory_free(index->slots);
    *index = larger;
}

bool string_map_add(struct string_map *index, const char *key, size_t *position) {
    struct span text = span_of(key);
    uint32_t hash = hash_of(text);
    make_room(index);
    struct string_slot *slot = find_slot(index, text, hash);
    if (slot->key) {
        *position = slot->position;
        return false;
    }
    if (*position > UINT32_MAX)
        abort();
    *slot = (struct string_slot){key, hash, (uint32_t)*position};
    index->count++;
    return true;
}

bool string_map_find(const struct string_map *index, struct span key, size_t *position) {
    const struct string_slot *slot = index->slot_count ? find_slot(index, key, hash_of(key)) : NULL;
    if (!slot || !slot->key)
        return false;
    *position = slot->position;
    return true;
}

void string_map_release(struct string_map *index) {
    memory_free(index->slots);
    *index = (struct string_map){0};
}
