#include "listing.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"

void listing_add(struct listing *listing, const char *name, bool is_regular, bool is_folder) {
    listing->entries =
        memory_grow(listing->entries, &listing->capacity, listing->count + 1, sizeof *listing->entries);
    /* names move as they grow, so until the sort an entry holds the offset of its name */
    const char *offset = (const char *)(uintptr_t)listing->names.length;
    listing->entries[listing->count++] = (struct listing_entry){offset, is_regular, is_folder};
    buffer_append(&listing->names, name, strlen(name) + 1);
}

static int compare(const void *a, const void *b) {
    return strcmp(((const struct listing_entry *)a)->name, ((const struct listing_entry *)b)->name);
}

void listing_sort(struct listing *listing) {
    for (size_t i = 0; i < listing->count; i++)
        listing->entries[i].name = listing->names.data + (uintptr_t)listing->entries[i].name;
    if (listing->count)
        qsort(listing->entries, listing->count, sizeof *listing->entries, compare);
}

const struct listing_entry *listing_find(const struct listing *listing, const char *name) {
    if (listing->count == 0)
        return NULL;
    const struct listing_entry key = {.name = name};
    return bsearch(&key, listing->entries, listing->count, sizeof *listing->entries, compare);
}

void listing_release(struct listing *listing) {
    memory_free(listing->entries);
    buffer_release(&listing->names);
    *listing = (struct listing){0};
}
