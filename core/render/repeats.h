/*
 * Repeats: the same message about several files is printed once, with the names of three others.
 */
#ifndef BATCHD_REPEATS_H
#define BATCHD_REPEATS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buffer.h"
#include "base/string_map.h"
#include "render/style.h"

enum { REPEATS_NAMED_MOST = 3 };

struct repeat {
    const char *files[REPEATS_NAMED_MOST + 1]; /* the first ones */
    size_t count;
    bool is_printed;
};

/* {0} is valid and empty. Texts borrowed. */
struct repeats {
    struct string_map messages; /* to positions in items */
    struct repeat *items;
    size_t count, capacity;
};

/* Count a message about the whole of @file. */
void repeats_add(struct repeats *repeats, const char *message, const char *file);
/* Of a message that has been added: NULL if it was taken before. Borrowed, until the next is added. */
const struct repeat *repeats_take(struct repeats *repeats, const char *message);
/* "INDENTthe same: B, C, D and 14 more (-v)"; nothing for a message about one file. */
void repeats_append(struct buffer *text, const struct repeat *repeat, const char *indent, const struct style *style);
void repeats_release(struct repeats *repeats);

#endif
