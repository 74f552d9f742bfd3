/*
 * A map from text to a position, around uthash: ids to achievements, digits to achievements, names to plans.
 */
#ifndef BATCHD_STRING_MAP_H
#define BATCHD_STRING_MAP_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"

struct index_entry;

/* {0} is valid and empty. */
struct string_map {
    struct index_entry *entries;
    struct arena arena;
};

/* Add @key, which is borrowed. If it is there already, nothing changes and its position is returned in @position. */
bool string_map_add(struct string_map *index, const char *key, size_t *position);
bool string_map_find(const struct string_map *index, struct span key, size_t *position);
void string_map_release(struct string_map *index);

#endif
