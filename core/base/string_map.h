/*
 * A map from strings to positions below 2^32: ids to achievements, digits to achievements, names to plans.
 */
#ifndef BATCHD_STRING_MAP_H
#define BATCHD_STRING_MAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

struct string_slot;

/* {0} is valid and empty. */
struct string_map {
    struct string_slot *slots;
    uint32_t slot_count; /* a power of two, or 0 */
    uint32_t count;      /* of keys */
};

/* Add @key, which is borrowed. If it is there already, nothing changes and its position is returned in @position. */
bool string_map_add(struct string_map *index, const char *key, size_t *position);
bool string_map_find(const struct string_map *index, struct span key, size_t *position);
void string_map_release(struct string_map *index);

#endif
