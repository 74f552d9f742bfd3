/*
 * Text as people write it: UTF-8 that may be broken, words that may be misspelt.
 */
#ifndef BATCHD_TEXT_H
#define BATCHD_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buffer.h"

/* Has it printable ASCII alone? Then each byte is shown as it is, in a column. */
bool text_is_printable(struct span span);

/* Bytes of the character at the start of @span (1-4), or 0 if it is no valid UTF-8 (RFC 3629). */
size_t text_character_length(struct span span);

/* Offset of the first byte that is no valid UTF-8; the length if all is well. */
size_t text_valid_length(struct span span);

/* Characters from @first to @last. */
struct text_range {
    uint32_t first, last;
};

/* Is @character in one of @ranges, an array? */
#define TEXT_IS_IN(character, ranges) text_is_in(character, ranges, sizeof(ranges) / sizeof *(ranges))
bool text_is_in(uint32_t character, const struct text_range *ranges, size_t count);

/* The character at the start of @span and its @length in bytes; both 0 if it is no valid UTF-8. */
uint32_t text_character(struct span span, size_t *length);

/*
 * What reaches a terminal, a log, a picture or a created file passes through one of these. Not seen as what they are:
 * control characters, those that turn the direction of writing, those without width (spaces, joiners, selectors of
 * variants, tags, fillers), noncharacters, and bytes that are no UTF-8. Joiners and selectors of variants stay where a
 * script or an emoji needs them.
 */

/* Bytes at the start of @span that are seen as what they are, newlines and tabs included; its length if all are. */
size_t text_shown_length(struct span span);

/* The first line, from 1, with something that is not seen; 0 if there is none. */
unsigned text_unseen_line(struct span span);

/* Append @span, of any number of lines, with what is not seen written as \xNN (one byte) or \u{NNNN} (a character). */
void text_append_shown(struct buffer *buffer, struct span span);

/* The same on one line: tabs and newlines become spaces. */
void text_append_visible(struct buffer *buffer, struct span span);

/* Append a JSON text, or a part of a string in one, with what is not seen as escapes: it is read as the same. */
void text_append_escaped(struct buffer *buffer, struct span span);

/*
 * Append a document's text as readers expect it: without byte-order mark, lines ending in "\n", every NUL and every
 * byte that is no UTF-8 replaced by U+FFFD. Line numbers stay what they are in the file.
 */
void text_append_normalized(struct buffer *buffer, struct span span);

/* Columns of blanks at the start of @line; a tab counts as four. */
size_t text_indentation(struct span line);

/* Is @byte one of the characters of @set? The NUL byte never is. */
bool text_is_one_of(char byte, const char *set);

/*
 * Number of edits that turn @a into @b, ignoring ASCII case; capped at @most + 1. An edit adds, removes or replaces one
 * character, or swaps two neighbours.
 */
size_t text_distance(const char *a, const char *b, size_t most);

/* The candidate closest to @word for a "did you mean", or NULL if none is close. Borrowed from @candidates. */
const char *text_closest(const char *word, const char *const *candidates, size_t count);

/* Does @text start with the word @word, ignoring ASCII case, and end there or go on with a non-letter? */
bool text_starts_with_word(struct span text, const char *word);
/* Does @text contain @word as a whole word, ignoring ASCII case? */
bool text_has_word(struct span text, const char *word);

/* "" after 1, else "s": "1 file", "0 files"; "1 hour", "0.5 hours". */
const char *text_plural(size_t count);
const char *text_plural_hours(double hours);

/* Append @word so that a POSIX shell reads it back as one word: quoted only if it has to be, and always seen. */
void text_append_shell_word(struct buffer *buffer, const char *word);

#endif
