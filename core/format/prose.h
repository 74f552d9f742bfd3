/*
 * Prose: text of an untrusted Markdown document in one of ours. It reads as it did, but nothing in it has an effect
 * beyond its line: HTML, comments, fences, definitions of links and headings become the characters they are written
 * with.
 */
#ifndef BATCHD_PROSE_H
#define BATCHD_PROSE_H

#include "base/buffer.h"

/*
 * Append @line, at the start of a line or of a list item. Its indentation and its marks of lists and
 * quotations stay.
 */
void prose_append_line(struct buffer *text, struct span line);

/* Append @words, within a line or behind the signs of a heading, on one line: see text_append_visible. */
void prose_append_words(struct buffer *text, struct span words);

/*
 * Append @words, a title, as they are read: without the marks of emphasis and code, and of a link only its text. If
 * nothing would be left, as they are.
 */
void prose_append_plain(struct buffer *text, struct span words);

/* Append a name or path as `code`, on one line: what is not seen, and the backtick, as text_append_visible writes it.
 */
void prose_append_code(struct buffer *text, struct span name);

#endif
