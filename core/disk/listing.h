/*
 * A listing: the names in one folder and what kind each is, sorted by name. Names are bytes as the kernel gives them:
 * they may be no UTF-8, and never become part of a path without a check.
 */
#ifndef BATCHD_LISTING_H
#define BATCHD_LISTING_H

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"

struct file_identity;

struct listing_entry {
    const char *name;
    bool is_regular;
    bool is_folder;
    const struct file_identity *identity; /* NULL unless files_identify has found it */
};

/* {0} is valid and empty. */
struct listing {
    struct listing_entry *entries;
    size_t count, capacity;
    struct arena names;
};

/* The name is copied. */
void listing_add(struct listing *listing, const char *name, bool is_regular, bool is_folder);
/* To be called once, after the last listing_add and before any look-up. */
void listing_sort(struct listing *listing);
/* NULL if there is none of that name. */
const struct listing_entry *listing_find(const struct listing *listing, const char *name);
void listing_release(struct listing *listing);

#endif
