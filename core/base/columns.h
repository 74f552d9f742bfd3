/*
 * Columns: how much room text takes in a terminal. The same in every locale of the process. A colour takes none; a byte
 * that is no UTF-8, and a character that the C library does not know, take one.
 */
#ifndef BATCHD_COLUMNS_H
#define BATCHD_COLUMNS_H

#include <stddef.h>

#include "base/buffer.h"

/* Bytes of the colour or weight at the start of @text, as we print them: "\033[1;31m"; 0 if there is none. */
size_t columns_color_length(struct span text);

/* Columns that @text takes. */
size_t columns_of(struct span text);

/* Bytes of @text, in whole characters, that fit into @most columns; those that they take are in @width. */
size_t columns_fit(struct span text, size_t most, size_t *width);

/* Append as much of @words as fits into @most columns, with @sign, of one, at the end if that is not all. The columns.
 */
size_t columns_append_cut(struct buffer *text, struct span words, size_t most, const char *sign);
/* The same, and blanks up to just @width columns. */
void columns_append_cell(struct buffer *text, struct span words, size_t width, const char *sign);

/*
 * Append @text for a screen on which each character has its place: without those that only some terminals draw as wide
 * as is said here, and with blanks for tabs. What is left takes as many columns as before.
 */
void columns_append_steady(struct buffer *steady, struct span text);

/*
 * Append @words, with one blank or a line break between two of them, so that no line has more than @most columns unless
 * a word alone does. Lines after the first begin with @indent blanks; the first has @used columns already.
 */
void columns_append_wrapped(struct buffer *text, struct span words, size_t used, size_t indent, size_t most);

#endif
