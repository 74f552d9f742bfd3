/*
 * Edits: what is to change in a text, by place, so that all else stays byte for byte. The new text and the difference
 * that is shown are made of the same list.
 */
#ifndef BATCHD_TEXT_EDITS_H
#define BATCHD_TEXT_EDITS_H

#include <stddef.h>

#include "base/buffer.h"
#include "base/memory.h"

struct text_edit {
    size_t offset, length; /* of the bytes that go */
    struct span text;      /* what comes in their place */
};

/* {0} is valid and empty. */
struct text_edits {
    struct arena arena;
    struct text_edit *items; /* in the order of the text */
    size_t count, capacity;
};

void text_edits_release(struct text_edits *edits);

/*
 * Put a copy of @text in the place of @length bytes at @offset. Edits do not overlap; of several at one offset the
 * first one comes first.
 */
void text_edits_add(struct text_edits *edits, size_t offset, size_t length, struct span text);

/* Append @old with the edits made. */
void text_edits_apply(struct buffer *text, const struct text_edits *edits, struct span old);

/* Append the edits as a unified diff of the file @path; nothing if there are none. */
void text_edits_diff(struct buffer *diff, const struct text_edits *edits, struct span old, const char *path);

#endif
