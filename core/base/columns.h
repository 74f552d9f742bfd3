/*
 * Columns: how much room text takes in a terminal. The same in every locale of the process.
 */
#ifndef BATCHD_COLUMNS_H
#define BATCHD_COLUMNS_H

#include <stddef.h>

#include "base/buffer.h"

/* Columns that @text takes. */
size_t columns_of(struct span text);

/* Bytes of @text, in whole characters, that fit into @most columns; those that they take are in @width. */
size_t columns_fit(struct span text, size_t most, size_t *width);

/*
 * Append @words, with one blank or a line break between two of them, so that no line has more than @most columns unless
 * a word alone does. Lines after the first begin with @indent blanks; the first has @used columns already.
 */
void columns_append_wrapped(struct buffer *text, struct span words, size_t used, size_t indent, size_t most);

#endif
