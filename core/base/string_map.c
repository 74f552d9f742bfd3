#include "base/string_map.h"

#include <string.h>

#define uthash_malloc(size)      memory_allocate(1, size)
#define uthash_free(pointer, sz) memory_free(pointer)
#define uthash_fatal(message)    abort()
#include <stdlib.h>
#include <uthash.h>

struct index_entry {
    const char *key;
    size_t position;
    UT_hash_handle hh;
};

static struct index_entry *find(const struct string_map *index, const char *key, size_t length) {
    struct index_entry *found = NULL;
    HASH_FIND(hh, index->entries, key, (unsigned)length, found);
    return found;
}

bool string_map_add(struct string_map *index, const char *key, size_t *position) {
    size_t length = strlen(key);
    struct index_entry *entry = find(index, key, length);
    if (entry) {
        *position = entry->position;
        return false;
    }
    entry = arena_allocate(&index->arena, 1, sizeof *entry);
    entry->key = key;
    entry->position = *position;
    HASH_ADD_KEYPTR(hh, index->entries, entry->key, (unsigned)length, entry);
    return true;
}

bool string_map_find(const struct string_map *index, struct span key, size_t *position) {
    const struct index_entry *entry = find(index, key.data ? key.data : "", key.length);
    if (entry)
        *position = entry->position;
    return entry;
}

void string_map_release(struct string_map *index) {
    HASH_CLEAR(hh, index->entries);
    arena_release(&index->arena);
    *index = (struct string_map){0};
}
