#include "disk/listing.h"

#include <stdlib.h>
#include <string.h>

void listing_add(struct listing *listing, const char *name, bool is_regular, bool is_folder) {
    *LIST_ADD(listing->entries, listing->count, listing->capacity) =
        (struct listing_entry){arena_copy(&listing->names, name, strlen(name)), is_regular, is_folder, NULL};
}

static int compare(const void *a, const void *b) {
    return strcmp(((const struct listing_entry *)a)->name, ((const struct listing_entry *)b)->name);
}

void listing_sort(struct listing *listing) {
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
    arena_release(&listing->names);
    *listing = (struct listing){0};
}
